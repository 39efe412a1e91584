"""Tries to get statements past a budget, and to make it complain of what is right."""

import answer
import pytest
from answer import *  # noqa: F403, with the fixtures that the budget may be made of
from given import AsyncSession, Order, User, contextmanager, select, text

from nomocks.testing.factories import OrderFactory, UserFactory


@pytest.fixture(autouse=True)
def asked_for():
    assert hasattr(answer, "budget"), "Your cell defines no fixture of the name budget."


@pytest.fixture
def query_budget():
    pytest.fail("query_budget is the toolkit's, which does what you write here: begin with engine.")


async def send(session, times):
    """The same statement, so many times."""
    for _ in range(times):
        await session.execute(text("SELECT 1"))


@contextmanager
def kept(budget, exactly, what):
    """A block that keeps its budget, and is told so."""
    try:
        with budget(exactly=exactly):
            yield
    except AssertionError as error:
        pytest.fail(f"exactly={exactly} fails with {what}: {str(error)[:200]}")


async def complaint(budget, session, exactly, times):
    """What the budget says to so many statements; None if nothing."""
    try:
        with budget(exactly=exactly):
            await send(session, times)
    except AssertionError as error:
        return str(error) or "(no message)"
    return None


async def test_more_fail(session, budget):
    assert await complaint(budget, session, 2, 2) is None, "exactly=2 fails with two statements."
    said = await complaint(budget, session, 2, 3)
    assert said is not None, "exactly=2 passes with three statements, all the same."


async def test_fewer_fail(session, budget):
    assert await complaint(budget, session, 0, 0) is None, "exactly=0 fails without a statement."
    said = await complaint(budget, session, 2, 1)
    assert said is not None, "exactly=2 passes with one statement."


async def test_flushes_and_lazy_loads_count(session, budget):
    with kept(budget, 1, "the flush of a new user"):
        session.add(UserFactory.build())
        await session.flush()
    await OrderFactory.create_async()
    session.expunge_all()
    with kept(budget, 2, "a query, and the lazy load of an order's user"):
        order = await session.scalar(select(Order))
        await order.awaitable_attrs.user


async def test_every_session_counts(session, engine, budget):
    async with AsyncSession(engine) as another:
        with kept(budget, 2, "one statement of each of two sessions"):
            await send(session, 1)
            await send(another, 1)


async def test_savepoints_are_free(session, budget):
    with kept(budget, 1, "a query in a savepoint"):
        async with session.begin_nested():
            await session.scalars(select(User))
    with kept(budget, 1, "a query, and a commit of the test's session"):
        await session.scalars(select(User))
        await session.commit()
    with kept(budget, 1, "a query in a savepoint that is rolled back"):
        savepoint = await session.begin_nested()
        await session.scalars(select(User))
        await savepoint.rollback()


async def test_only_the_block_counts(session, budget):
    await send(session, 2)
    with kept(budget, 1, "one statement, after two others"):
        await send(session, 1)
    await send(session, 2)
    with kept(budget, 1, "one statement, in a second block"):
        await send(session, 1)


async def test_an_exception_comes_out(session, budget):
    try:
        with budget(exactly=2):
            await send(session, 1)
            raise LookupError("of the code")
    except LookupError:
        return
    except AssertionError:
        pytest.fail("The block raised a LookupError, and the budget's complaint hid it.")
    pytest.fail("The block raised a LookupError, and nobody heard of it.")


async def test_the_message_shows_what_was_sent(session, budget):
    try:
        with budget(exactly=5):
            await session.scalars(select(User).where(User.name == "Ann"))
            await send(session, 1)
    except AssertionError as error:
        said = str(error)
        shown = "FROM users" in said and "users.name =" in said and said.count("SELECT") > 1
        assert shown, f"Two statements were sent, and the message is: {said[:200]!r}"
        return
    pytest.fail("exactly=5 passes with two statements.")
