"""Names of tests that are markup, or look alike, or are another test's; and classes of tests."""

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

LOOKALIKES = """\
def test_name():
    pass

def test_n\u0430me():  # with a Cyrillic letter
    assert False

class Test:
    def test_name(self):
        assert False

class TestTwo:
    __test__ = False
    def test_name(self):
        assert False
"""
SAME_AFTER_READING = """\
def test_file():
    pass

def test_\ufb01le():
    assert False
"""


def test_each_counts_for_itself(attack: Attack) -> None:
    result = attack(LOOKALIKES)
    assert result.state is State.GRADED
    assert len(result.tests) == 4


def test_names_that_python_takes_for_the_same_are_told(attack: Attack) -> None:
    result = attack(SAME_AFTER_READING)
    assert result.state is State.NOT_COLLECTED
    assert "twice" in result.message
