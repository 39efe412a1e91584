"""A loop that never ends: the attacker wants the batch to wait for it."""

import pytest

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

LOOP = """\
def test_loop():
    while True:
        pass
"""
SWALLOWING = """\
def test_loop():
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
"""


@pytest.mark.parametrize("cell", [LOOP, SWALLOWING], ids=["plain", "swallowing"])
def test_a_loop_is_ended_also_if_it_swallows_the_interruption(attack: Attack, cell: str) -> None:
    result = attack(cell)
    assert result.state is State.TIMED_OUT
    assert result.message.startswith("test_loop did not come to an end within 2 s")
