"""A run that is repeated when the database is lost, until the attacker likes what it shows."""

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

CELL = """\
async def test_lost(session):
    held = []
    try:
        while len(held) < 50:
            connection = await session.bind.engine.dialect.dbapi.connect() if False else None
            held.append(connection)
    finally:
        await session.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE usename = CURRENT_USER"))
"""


def test_who_ends_her_own_connection_has_lost_a_test(attack: Attack) -> None:
    assert attack(CELL).state is State.GRADED
