"""The feedback as a way out: as much as can be of what a test finds, said on every variant."""

from tests.attacks.conftest import Attack

CELL = """\
import os

def test_tell():
    raise AssertionError("x" * 10**6 + "\\n" * 10**5 + repr(dict(os.environ)))

def test_name():
    raise type("A" * 10**6, (AssertionError,), {})("b" * 10**6)
"""


def test_a_reason_is_short_and_in_one_line(attack: Attack) -> None:
    result = attack(CELL)
    for test in result.tests:
        assert len(test.reason) <= 300
        assert "\n" not in test.reason
