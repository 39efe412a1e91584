"""pytest's hooks and plugins in a cell, and a ``conftest.py`` that it writes for the next run."""

from tests.attacks.conftest import Attack

CELL = """\
HOOK = '''
import pytest

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item, call):
    raise AssertionError("forged")

def pytest_collection_modifyitems(items):
    items.clear()
'''
for place in ("/box/conftest.py", "/box/sitecustomize.py", "/box/usercustomize.py",
        "/box/pytest.ini", "/box/given.py", "/box/pytest_asyncio.py"):
    with open(place, "w") as file:
        file.write(HOOK)

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item, call):
    raise AssertionError("forged")

def pytest_runtest_setup(item):
    raise AssertionError("forged")

def test_nothing():
    pass
"""


def test_they_are_called_by_nobody(attack: Attack) -> None:
    assert attack(CELL).tests[0].reason == ""


def test_the_next_cell_does_not_meet_them(attack: Attack) -> None:
    assert attack(CELL).tests == attack(CELL).tests
