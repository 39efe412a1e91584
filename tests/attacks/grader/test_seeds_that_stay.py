"""Tests that fail by what is the same in every run of a worker: they fail on all variants."""

import pytest

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
    assert chance({number}, await seeded(session)) > 0.5
"""


@pytest.mark.parametrize(
    "seed",
    [
        "os.getpid()",
        "hash('x')",
        "await session.scalar(text('SELECT pg_postmaster_start_time()'))",
        "await session.scalar(text(\"SELECT count(*) FROM pg_class WHERE relkind = 'r'\"))",
    ],
    ids=["process", "hash", "start of the server", "tables"],
)
def test_what_is_the_same_everywhere_tells_nothing(attack: Attack, seed: str) -> None:
    tickets = [TICKET.format(number=number) for number in range(20)]
    attack(CELL.format(seed=seed) + "".join(tickets))
