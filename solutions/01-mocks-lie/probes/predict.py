"""Runs each program on both databases, and compares what happens with what was predicted."""

import answer
import given
import pytest
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from nomocks.grading.predictions import agree, outcome
from shop.models import Order, OrderItem, User

TABLES = [User.__table__, Order.__table__, OrderItem.__table__]


@pytest.fixture
async def on_sqlite():
    engine = create_async_engine("sqlite+aiosqlite://")
    async with engine.begin() as connection:
        await connection.run_sync(User.metadata.create_all, tables=TABLES)
    async with AsyncSession(engine, expire_on_commit=False) as session:
        yield session
    await engine.dispose()


@pytest.fixture
def happens(on_sqlite, session):
    """Runs the program of this name on both, and looks the prediction up."""

    async def happens(name: str) -> None:
        predicted = getattr(answer, "PREDICTED", {}).get(name)
        assert isinstance(predicted, dict), f"There is no prediction for {name}."
        wrong = []
        for database, on in (("sqlite", on_sqlite), ("postgresql", session)):
            assert predicted.get(database) is not None, f"{name} has no prediction for {database}."
            if not agree(predicted[database], await outcome(getattr(given, name), on)):
                wrong.append(database)
        assert not wrong, (
            f"Your prediction for {name} on {' and on '.join(wrong)} differs from what happened."
        )

    return happens


async def test_order_of_nobody(happens):
    await happens("order_of_nobody")


async def test_long_name(happens):
    await happens("long_name")


async def test_thirds(happens):
    await happens("thirds")


async def test_id_as_text(happens):
    await happens("id_as_text")


async def test_after_an_error(happens):
    await happens("after_an_error")


async def test_small_letters(happens):
    await happens("small_letters")


async def test_nothing_first(happens):
    await happens("nothing_first")
