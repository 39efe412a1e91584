"""Signals to every process that there is: the grader, the server, the neighbors."""

import os

from nomocks.grading.result import State
from nomocks.grading.sandbox.tiers import chosen
from tests.attacks.conftest import Attack

CELL = f"""\
import signal, threading

def test_kill():
    found, own = [], {{os.getpid(), *(one.native_id for one in threading.enumerate())}}
    for process in [-1, *range(2, 5000), {os.getpid()}, {os.getppid() or 1}]:
        try:
            if process not in own:
                os.kill(process, signal.SIGKILL)
                found.append(process)
        except (ProcessLookupError, PermissionError):
            pass
    raise RuntimeError(found)
"""


def test_there_is_nobody_else_to_be_killed(attack: Attack) -> None:
    result = attack(CELL)
    assert result.state is State.GRADED
    # Where others can be seen, the kernel calls it a success to have killed none of them.
    killed = "[]" if chosen().name == "namespaces" else "[-1]"
    assert result.tests[0].reason.startswith(f"RuntimeError: {killed}")
