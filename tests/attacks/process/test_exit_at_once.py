"""The process ends before anybody can say that a test failed; 0 is to look like success."""

import pytest

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

IN_A_TEST = """\
def test_exit():
    os._exit(0)
"""
AT_IMPORT = """\
def test_exit():
    pass

os._exit(0)
"""


@pytest.mark.parametrize(
    ("cell", "state"),
    [(IN_A_TEST, State.CRASHED), (AT_IMPORT, State.NOT_COLLECTED)],
    ids=["in a test", "at import"],
)
def test_who_ends_says_nothing(attack: Attack, cell: str, state: State) -> None:
    result = attack(cell)
    assert result.state is state
    assert "ended" in result.message
