"""Tests that pass everywhere: no bug is caught by one."""

from tests.attacks.conftest import Attack

CELL = """\
def test_true():
    assert True

def test_nothing():
    pass

async def test_returned():
    return False
"""


def test_passing_everywhere_catches_nothing(beside: Attack) -> None:
    beside(CELL)
