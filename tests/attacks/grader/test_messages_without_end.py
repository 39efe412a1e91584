"""Answers without end, or with never a last one: the grader is to read, and to keep, forever."""

import pytest

from nomocks.grading.result import State
from tests.attacks.conftest import Attack
from tests.attacks.grader.conftest import PLUGIN

CELL = """\
def test_flood():
    found = plugin()
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found.send({{"outcome": "passed", "detail": "x" * 60000, "seconds": 0.0}})
        time.sleep({pause})
"""


@pytest.mark.parametrize(("pause", "state"), [(0, State.CRASHED)])
def test_a_flood_is_cut_off(attack: Attack, pause: float, state: State) -> None:
    assert attack(PLUGIN + CELL.format(pause=pause)).state is state
