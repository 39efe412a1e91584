"""Signals to every process that there is: the grader, the server, the neighbors."""

import os

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

CELL = f"""\
import signal, threading

def test_kill():
    found = []
    for process in [-1, *range(2, 5000), {os.getpid()}, {os.getppid()}]:
        try:
            os.kill(process, signal.SIGKILL)
            found.append(process)
        except ProcessLookupError:
            pass
    own = {{thread.native_id for thread in threading.enumerate()}}
    raise RuntimeError([one for one in found if one not in own])
"""


def test_there_is_nobody_else_to_be_killed(attack: Attack) -> None:
    result = attack(CELL)
    assert result.state is State.GRADED
    assert result.tests[0].reason.startswith("RuntimeError: []")
