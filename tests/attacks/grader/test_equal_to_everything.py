"""Objects that are equal to everything, true and false, for tests and for the grader's own."""

from tests.attacks.conftest import Attack

CELL = """\
import builtins

class Everything(str):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return hash("failed")
    def __bool__(self): return True
    def __contains__(self, other): return True

class AnError(Exception):
    __class__ = AssertionError

def test_equal():
    assert Everything() == 1 == Everything()

def test_error():
    raise AnError()

def test_instance():
    builtins.isinstance = lambda *_: True
    raise AnError()
"""


def test_they_are_the_same_on_every_variant(attack: Attack) -> None:
    attack(CELL)
