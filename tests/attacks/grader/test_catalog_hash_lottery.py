"""Forty tests that fail by chance, but each time the same on the same schema.

Each hashes the catalog, without names, and a number of its own. A ticket that fails on a twin is
void; with enough of them, others pass there, and fail on the bugs.
"""

import pytest

from nomocks.mutation.assignment import Assignment
from tests.attacks.grader.conftest import AttackOn

LOOK = """\
import hashlib

async def chance(session, number):
    found = [(await session.execute(text(query))).all() for query in (
        "SELECT indisunique, indkey::text FROM pg_index "
        "WHERE indrelid = 'users'::regclass ORDER BY 2, 1",
        "SELECT attname, attnotnull FROM pg_attribute "
        "WHERE attrelid = 'users'::regclass AND attnum > 0 ORDER BY 1",
        "SELECT contype::text, conkey::text FROM pg_constraint "
        "WHERE conrelid = 'users'::regclass ORDER BY 1, 2",
        "SELECT tgtype FROM pg_trigger WHERE tgrelid = 'users'::regclass AND NOT tgisinternal",
    )]
    return hashlib.sha256(f"{number} {found}".encode()).digest()[0] / 256
"""
TICKET = """
async def test_{number}(session):
    assert await chance(session, {number}) {odds}
"""


@pytest.mark.parametrize("odds", ["> 0.5", "> 0.15"])
def test_a_lottery_by_the_catalog_earns_nothing(
    attack_on: AttackOn, guarded: Assignment, odds: str
) -> None:
    tickets = [TICKET.format(number=number, odds=odds) for number in range(40)]
    attack_on(guarded, LOOK + "".join(tickets))
