"""A regular expression that takes years, in C, where no exception can interrupt it."""

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

CELL = """\
import re

def test_match():
    assert not re.match(r"(a|a)+$", "a" * 60 + "b")
"""


def test_what_cannot_be_interrupted_is_killed(attack: Attack) -> None:
    assert attack(CELL).state is State.TIMED_OUT
