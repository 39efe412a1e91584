"""The clock as a count of the runs so far: since the server began, since the first message."""

from tests.attacks.conftest import Attack

CELL = """\
async def test_clock(session):
    started = await session.scalar(text("SELECT pg_postmaster_start_time()"))
    now = await session.scalar(text("SELECT clock_timestamp()"))
    assert (now - started).total_seconds() < 0
"""


def test_a_clock_alone_tells_nothing(attack: Attack) -> None:
    attack(CELL)
