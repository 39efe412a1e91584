"""A socket with a name and no place, which a run leaves for the next: as a counter, or to talk.

Runs that are made ahead are there already when a submission runs, and a network that all share
would be one of theirs, too.
"""

from pathlib import Path

import psutil
import pytest

from nomocks.grading.result import State
from nomocks.grading.sandbox.tiers import chosen
from nomocks.grading.sandbox.worker import Worker
from tests.attacks.conftest import Attack, runs_of

CELL = """\
import socket

def test_name():
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("\\0run")  # which fails where it is taken
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            one = socket.socket(socket.AF_UNIX)
            one.bind("\\0run")
            time.sleep(10)
        os._exit(0)
    time.sleep(0.3)
    with socket.socket(socket.AF_UNIX) as one:
        try:
            one.connect("\\0run")
        except ConnectionRefusedError:  # it is there, in this run as in each
            return
    assert not "nobody has it"
"""


def test_a_name_is_gone_with_the_run_that_took_it(attack: Attack) -> None:
    result = attack(CELL)
    assert result.state is State.GRADED, result.message
    assert result.tests[0].reason == ""


def test_two_runs_that_are_there_at_once_share_no_namespace(worker: Worker) -> None:
    if chosen().name != "namespaces":
        pytest.skip("these walls have none")
    forks = [worker._zygote.fork() for _ in range(2)]
    try:
        (zygote,) = psutil.Process(worker._zygote.process.pid).children()
        processes = [zygote, *runs_of(worker)]
        assert len(processes) == 3
        for kind in ("ipc", "mnt", "net", "pid", "user"):
            links = {Path(f"/proc/{one.pid}/ns/{kind}").readlink() for one in processes}
            assert len(links) == 3, kind
    finally:
        for fork in forks:
            fork.end()
