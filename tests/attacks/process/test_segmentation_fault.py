"""A process that crashes: a null pointer, a stack that overflows, an abort; no core is to stay."""

import pytest

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

NULL = """\
import ctypes

def test_crash():
    ctypes.string_at(0)
"""
STACK = """\
import sys

def test_crash():
    sys.setrecursionlimit(10**9)
    one = ()
    for _ in range(10**6):
        one = (one,)
    hash(one)
"""
ABORT = """\
def test_crash():
    os.abort()
"""


@pytest.mark.parametrize("cell", [NULL, STACK, ABORT], ids=["null", "stack", "abort"])
def test_a_crash_is_no_verdict(attack: Attack, cell: str) -> None:
    result = attack(cell)
    assert result.state is State.CRASHED
    assert result.message.startswith("test_crash ended the process that it ran in")
