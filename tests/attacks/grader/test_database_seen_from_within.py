"""What the server tells of a run's database: names, comments, statements, settings."""

from tests.attacks.conftest import Attack

CELL = """\
TELLING = "'mutant|twin|reference|twice|nameless|by-index|renamed'"
QUERIES = [
    "SELECT datname FROM pg_database WHERE datname ~ ",
    "SELECT rolname FROM pg_roles WHERE rolname ~ ",
    "SELECT description FROM pg_shdescription WHERE description ~ ",
    "SELECT description FROM pg_description WHERE objoid > 16383 AND description ~ ",
    "SELECT query FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query ~ ",
    "SELECT name FROM pg_settings WHERE setting ~ ",
    "SELECT spcname FROM pg_tablespace WHERE spcname ~ ",
]

async def test_told(session):
    for query in QUERIES:
        assert not (await session.execute(text(query + TELLING))).all()
"""


def test_nothing_is_named_after_its_variant(attack: Attack) -> None:
    assert attack(CELL).tests[0].reason == ""
