"""A sleep that never ends, in the event loop and out of it."""

import pytest

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

AWAITED = """\
async def test_sleep():
    await asyncio.sleep(10**6)
"""
BLOCKING = """\
async def test_sleep():
    time.sleep(10**6)
"""


@pytest.mark.parametrize("cell", [AWAITED, BLOCKING], ids=["awaited", "blocking"])
def test_a_sleep_is_ended(attack: Attack, cell: str) -> None:
    result = attack(cell)
    assert result.state is State.TIMED_OUT
    assert "did not come to an end within 2 s" in result.message
