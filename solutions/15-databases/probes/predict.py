"""Runs each program on both databases, and compares what happens with what was predicted."""

import answer
import given
import pytest
from given import AsyncSession, Base, NullPool, create_async_engine

from nomocks.grading.predictions import compare, outcome


@pytest.fixture
async def happens(connection):
    """Runs the program of this name on both, and looks the prediction up."""
    engine = create_async_engine("sqlite+aiosqlite://", poolclass=NullPool)
    joined = {"join_transaction_mode": "create_savepoint", "expire_on_commit": False}
    async with engine.connect() as own:
        await own.exec_driver_sql("BEGIN")
        for each in (connection, own):
            await each.run_sync(Base.metadata.create_all, checkfirst=False)

        async def happens(name: str) -> None:
            found = []
            for each in (connection, own):
                async with AsyncSession(each, **joined) as session:
                    found.append(await outcome(getattr(given, name), session))
            compare(answer, name, tuple(found))

        yield happens


async def test_first_of_all(happens):
    await happens("first_of_all")


async def test_too_long(happens):
    await happens("too_long")


async def test_after_a_refusal(happens):
    await happens("after_a_refusal")


async def test_two_without_a_card(happens):
    await happens("two_without_a_card")


async def test_alike(happens):
    await happens("alike")


async def test_a_table_taken_back(happens):
    await happens("a_table_taken_back")
