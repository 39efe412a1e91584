"""Thirty tests that fail at random, each by what differs from run to run."""

import pytest

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

CELL = """\
import hashlib

def chance(number, seed):
    return hashlib.sha256(f"{{number}} {{seed}}".encode()).digest()[0] / 256

async def seeded(session):
    return {seed}
"""
TICKET = """
async def test_{number}(session):
    assert chance({number}, await seeded(session)) > 0.3
"""


@pytest.mark.parametrize(
    "seed",
    [
        "time.time_ns()",
        "await session.scalar(text('SELECT current_database()'))",
        "await session.scalar(text('SELECT oid FROM pg_database WHERE datname = current_catalog'))",
        "await session.scalar(text('SELECT pg_current_wal_lsn()'))",
    ],
    ids=["time", "database", "object id", "log"],
)
def test_chance_contradicts_itself(attack: Attack, seed: str) -> None:
    tickets = [TICKET.format(number=number) for number in range(30)]
    assert attack(CELL.format(seed=seed) + "".join(tickets)).state is State.INCONSISTENT
