"""Tests that read the catalog, and never write a row: is the constraint there?"""

from nomocks.mutation.assignment import Assignment
from tests.attacks.grader.conftest import AttackOn

CELL = """\
from sqlalchemy import inspect

async def test_constraint(session):
    assert await session.scalar(text("SELECT count(*) FROM pg_constraint "
        "WHERE conrelid = 'users'::regclass AND contype = 'u'"))

async def test_index(session):
    assert await session.scalar(text("SELECT count(*) FROM pg_index "
        "WHERE indrelid = 'users'::regclass AND indisunique AND NOT indisprimary "
        "AND indnkeyatts = 1"))

async def test_any_index(session):
    assert await session.scalar(text("SELECT count(*) FROM pg_index "
        "WHERE indrelid = 'users'::regclass")) >= 2

async def test_column(session):
    assert await session.scalar(text("SELECT is_nullable FROM information_schema.columns "
        "WHERE table_name = 'users' AND column_name = 'name'")) == "NO"

async def test_check(session):
    assert await session.scalar(text("SELECT attnotnull OR EXISTS (SELECT FROM pg_constraint "
        "WHERE conrelid = attrelid AND contype = 'c' AND conkey = ARRAY[attnum]) "
        "FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'name'"))

async def test_reflected(session):
    def reflect(connection):
        found = inspect(connection)
        return found.get_unique_constraints("users"), [
            column["nullable"] for column in found.get_columns("users")]
    unique, nullable = await session.run_sync(lambda one: reflect(one.connection()))
    assert unique and not any(nullable)
"""


def test_twins_fool_whoever_reads_the_catalog(attack_on: AttackOn, guarded: Assignment) -> None:
    attack_on(guarded, CELL)
