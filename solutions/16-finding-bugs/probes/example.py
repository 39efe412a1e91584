"""Tries to break a fixture that promises each example a fresh start."""

import contextlib

import answer
import pytest
from answer import *  # noqa: F403, with the fixtures that example is made of
from given import OutboxMessage, func, select
from sqlalchemy.exc import SQLAlchemyError

if not hasattr(answer, "example"):

    @pytest.fixture
    def example():
        pytest.fail("Your cell defines no fixture of the name example.")


class Odd(Exception):
    """Raised by an example."""


def message() -> OutboxMessage:
    return OutboxMessage(topic="example", payload={})


async def add(session) -> None:
    session.add(message())
    await session.flush()


async def count(session) -> int:
    return await session.scalar(select(func.count(OutboxMessage.id)))


def told(error):
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0][:120]}"


async def test_begins_fresh(example):
    for number in (1, 2, 3):
        async with example() as session:
            found = await count(session)
            assert found == 0, f"Example {number} begins with {found} rows of the one before."
            await add(session)
            if number == 2:
                await session.commit()


async def test_may_commit(example):
    for _ in range(2):
        try:
            async with example() as session:
                await add(session)
                await session.commit()
                found = await count(session)
        except SQLAlchemyError as error:
            pytest.fail(f"After a commit within the example: {told(error)}")
        assert found == 1, f"An example that stores one row and commits it sees {found}."


async def test_may_roll_back(sessions, example):
    async with sessions() as before:
        await add(before)
        await before.commit()
    try:
        async with example() as session:
            await add(session)
            await session.rollback()
            found = await count(session)
    except SQLAlchemyError as error:
        pytest.fail(f"After a rollback within the example: {told(error)}")
    assert found == 1, f"One row was there before the example, and a rollback in it left {found}."


async def test_a_failure_is_undone(example):
    with contextlib.suppress(Exception):  # whether it comes out, another probe asks
        async with example() as session:
            await add(session)
            await session.commit()
            raise Odd
    async with example() as session:
        found = await count(session)
    assert found == 0, f"An example failed, and {found} of its rows are there in the next."


async def test_its_exception_comes_out(example):
    try:
        async with example() as session:
            await add(session)
            raise Odd("as it was")
    except Odd:
        return
    except Exception as error:
        pytest.fail(f"The example raised Odd, and what came out is {told(error)}")
    pytest.fail("The example raised Odd, and nothing came out.")


async def test_rows_of_the_test_stay(sessions, example):
    async with sessions() as before:
        await add(before)
        await before.commit()
        for _ in range(2):
            async with example() as session:
                found = await count(session)
                assert found == 1, f"The test has stored one row; the example sees {found}."
                await add(session)
        found = await count(before)
    assert found == 1, f"The test has stored one row, and after its examples {found} are left."


async def test_no_object_of_another(example):
    async with example() as session:
        first = message()
        session.add(first)
        await session.flush()
    async with example() as session:
        assert first not in session, "An object of one example is in the session of the next."
        assert len(session.identity_map) == 0, "The session knows objects before it has read any."
