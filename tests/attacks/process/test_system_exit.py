"""``sys.exit(0)`` and pytest's own exit, in a test, in a thread, at import."""

import pytest

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

IN_A_TEST = """\
import sys

def test_exit():
    sys.exit(0)
"""
IN_A_THREAD = """\
import sys, threading

def test_exit():
    thread = threading.Thread(target=sys.exit, args=[0])
    thread.start()
    thread.join()
"""
AT_IMPORT = """\
import sys

def test_exit():
    pass

sys.exit(0)
"""
OF_PYTEST = """\
def test_exit():
    pytest.exit("all is well", returncode=0)
"""


@pytest.mark.parametrize(
    ("cell", "states"),
    [
        (IN_A_TEST, {State.GRADED, State.CRASHED}),
        (IN_A_THREAD, {State.GRADED}),
        (AT_IMPORT, {State.NOT_COLLECTED}),
        (OF_PYTEST, {State.CRASHED}),
    ],
    ids=["in a test", "in a thread", "at import", "of pytest"],
)
def test_an_exit_earns_nothing(attack: Attack, cell: str, states: set[State]) -> None:
    assert attack(cell).state in states
