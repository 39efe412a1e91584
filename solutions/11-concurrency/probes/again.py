"""Tries retrying() with real conflicts, and with errors that are none."""

import asyncio

import answer
import pytest
from given import (
    DBAPIError,
    IntegrityError,
    Product,
    ProductFactory,
    async_sessionmaker,
    select,
    text,
    update,
)

pytestmark = pytest.mark.isolation("delete")
MOST = 8  # tries, after which it is ended
FAIL = "DO $$ BEGIN RAISE 'lost to another one' USING ERRCODE = '{}'; END $$"


class TriedForEver(BaseException):
    """Ends a loop that takes every error for a conflict."""


class Work:
    """Fails with these SQLSTATEs, one a try, and then takes a piece."""

    def __init__(self, *states, then="done"):
        self.states, self.then, self.tries = states, then, 0

    async def __call__(self, session):
        self.tries += 1
        if self.tries > MOST:
            raise TriedForEver
        await session.execute(update(Product).values(stock=Product.stock - 1))
        if self.tries <= len(self.states):
            await session.execute(text(FAIL.format(self.states[self.tries - 1])))
        return self.then


@pytest.fixture(autouse=True)
async def two_products(sessions):
    async with sessions.begin() as session:
        await ProductFactory.create_async(session, sku="A", stock=10)
        await ProductFactory.create_async(session, sku="B", stock=10)


async def left(sessions):
    async with sessions() as session:
        return list(await session.scalars(select(Product.stock).order_by(Product.sku)))


async def told_by(sessions, work, **options):
    """What retrying() returns or raises, within three seconds."""
    assert hasattr(answer, "retrying"), "There is no function retrying yet."
    try:
        async with asyncio.timeout(3) as limit:
            return await answer.retrying(sessions, work, **options)
    except TimeoutError as error:
        if limit.expired():
            pytest.fail("After three seconds it had not come to an end.")
        return error
    except TriedForEver:
        pytest.fail(f"After {MOST} tries it still goes on.")
    except Exception as error:
        return error


async def test_it_does_the_work(sessions):
    told = await told_by(sessions, Work())
    assert type(told) is str, f"work returned 'done', and retrying {told!r}."
    assert told == "done", f"work returned 'done', and retrying {told!r}."
    assert await left(sessions) == [9, 9], "What work did is not committed, or was done twice."


@pytest.mark.parametrize("state", ["40001", "40P01"])
async def test_it_tries_again(sessions, state):
    work = Work(state)
    told = await told_by(sessions, work)
    assert type(told) is str, f"After one {state} retrying gave {told!r}."
    assert work.tries == 2, f"After one {state} there were {work.tries} tries, and not 2."
    assert await left(sessions) == [9, 9], f"After one {state} the work is not done, or twice."


@pytest.mark.parametrize("options", [{}, {"tries": 2}, {"tries": 5}])
async def test_it_counts_its_tries(sessions, options):
    most = options.get("tries", 3)
    enough = Work(*["40001"] * (most - 1))
    await told_by(sessions, enough, **options)
    assert enough.tries == most, f"It may try {most} times, and did {enough.tries} times."
    too_few = Work(*["40001"] * most)
    await told_by(sessions, too_few, **options)
    assert too_few.tries == most, f"It may try {most} times, and did {too_few.tries} times."


async def test_it_raises_the_last_error(sessions):
    told = await told_by(sessions, Work("40001", "40001", "40P01"))
    assert isinstance(told, DBAPIError), f"It gave up, and retrying gave {told!r}."
    state = getattr(told.orig, "sqlstate", None)
    assert state == "40P01", f"The last try failed with 40P01, and retrying raised {state}."
    assert await left(sessions) == [10, 10], "It gave up, and something was done all the same."


@pytest.mark.parametrize("mistake", ["constraint", "python"])
async def test_a_mistake_is_raised_at_once(sessions, mistake):
    async def work(session):
        tries.append(len(tries))
        if len(tries) > MOST:
            raise TriedForEver
        if mistake == "python":
            raise ZeroDivisionError
        await session.execute(update(Product).values(stock=-1))

    tries = []
    told = await told_by(sessions, work)
    right = isinstance(told, IntegrityError | ZeroDivisionError)
    assert right, f"work has made a mistake, and retrying gave {told!r}."
    assert len(tries) == 1, f"work has made a mistake, and was called {len(tries)} times."


async def test_a_refused_commit(engine):
    strict = async_sessionmaker(engine.execution_options(isolation_level="SERIALIZABLE"))

    async def empty(session, sku, other):
        if await session.scalar(select(Product.stock).where(Product.sku == other)):
            changed = update(Product).where(Product.sku == sku).values(stock=0)
            await session.execute(changed)

    async def work(session):
        tries.append(len(tries))
        await empty(session, "A", "B")
        if len(tries) == 1:
            async with strict.begin() as rival:
                await empty(rival, "B", "A")
        return "done"

    tries = []
    told = await told_by(strict, work)
    assert told == "done", f"The first COMMIT was refused, and retrying gave {told!r}."
    found = await left(strict)
    assert found == [10, 0], f"Once more, work finds B empty and leaves A alone. Left: {found}."


async def test_nothing_stays(engine, sessions):
    async def work(session):
        tries.append(len(tries))
        if len(tries) > MOST:
            raise TriedForEver
        product = await session.scalar(select(Product).where(Product.sku == "A"))
        seen.append(product.stock)
        session.add(Product(sku=f"NEW-{len(tries)}", name="New", price=1, stock=1))
        await session.flush()
        if len(tries) == 1:
            async with sessions.begin() as other:
                await other.execute(update(Product).values(stock=7))
        product.stock -= 1
        await session.flush()

    tries, seen = [], []
    repeatable = async_sessionmaker(engine.execution_options(isolation_level="REPEATABLE READ"))
    await told_by(repeatable, work)
    assert seen == [10, 7], f"Another one has changed 10 to 7 between the tries; they saw {seen}."
    found = await left(sessions)
    assert found == [6, 7, 1], f"One try has failed and one has worked. Left: {found}."
