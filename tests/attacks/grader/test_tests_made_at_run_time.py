"""Tests that are in no text, but made by ``exec``."""

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

ONLY = """\
for number in range(100):
    exec(f"def test_{number}(): assert {number} % 2")
"""
BESIDE = (
    ONLY
    + """
def test_written():
    pass
"""
)


def test_no_test_in_the_text_is_no_test(attack: Attack) -> None:
    assert attack(ONLY).state is State.NO_TESTS


def test_only_those_of_the_text_are_run(attack: Attack) -> None:
    result = attack(BESIDE)
    assert [test.name for test in result.tests] == ["test_written"]
