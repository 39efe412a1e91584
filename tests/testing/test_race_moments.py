"""What a race writes down of its participants, as the book's timelines show it."""

import re
from decimal import Decimal

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from nomocks.authoring.timelines import Row, brief, rows_of, timeline
from nomocks.testing.races import COMMIT, Did, Moment, after, before, point, race
from nomocks.testing.races.points import ROLLBACK
from shop.models import Product

pytestmark = pytest.mark.isolation("delete")


@pytest.fixture
async def id(sessions: async_sessionmaker[AsyncSession]) -> int:
    async with sessions.begin() as session:
        lamp = Product(sku="LAMP", name="Lamp", price=Decimal(1), stock=10)
        session.add(lamp)
    return lamp.id


async def take(session: AsyncSession, id: int) -> None:
    locked = select(Product.stock).where(Product.id == id).with_for_update()
    stock = await session.scalar(locked)
    await point(f"has read {stock}")
    await session.execute(update(Product).where(Product.id == id).values(stock=Product.stock - 1))


async def test_a_wait_stands_between_a_statement_and_what_comes_of_it(
    engine: AsyncEngine, id: int
) -> None:
    async with race(engine) as run:
        ada = run.start("ada", lambda session: take(session, id))
        bob = run.start("bob", lambda session: take(session, id))
        await ada.until(before("UPDATE products"))
        await bob.until_blocked()
        await ada.finish()
        await bob.finish()
        seconds = [moment.seconds for moment in run.moments]
        did = [(one.who, one.did) for one in run.moments]
    assert seconds[0] > 0
    assert seconds == sorted(seconds)
    sent = did.index(("bob", Did.SENDS))
    assert did[sent + 1] == ("bob", Did.WAITS)
    assert did.index(("bob", Did.DONE)) > did.index(("ada", Did.DONE))
    told = [(row.who, row.text) for row in rows_of(run.moments)]
    assert [text for who, text in told if who == "bob"] == [
        "BEGIN",
        "SELECT products FOR UPDATE",
        "waits for a lock",
        "goes on",
        "has read 9",
        "UPDATE products",
        "COMMIT",
    ]


async def test_a_commit_that_is_refused_is_told(engine: AsyncEngine, id: int) -> None:
    async def touch(session: AsyncSession) -> None:
        await session.scalar(select(Product.stock).where(Product.id == id))
        await session.execute(update(Product).where(Product.id == id).values(stock=Product.stock))

    async with race(engine) as run:
        ada = run.start("ada", touch, isolation_level="REPEATABLE READ")
        bob = run.start("bob", touch, isolation_level="REPEATABLE READ")
        await ada.until(after("SELECT"))
        await bob.finish()
        with pytest.raises(DBAPIError):
            await ada.finish()
    texts = [row.text for row in rows_of(run.moments) if row.who == "ada"]
    assert "serialization failure (40001)" in texts
    assert COMMIT not in texts


def test_a_picture_says_all_of_its_steps_and_follows_the_page() -> None:
    moments = [
        Moment(0.0010, "ada", Did.SENDS, "SELECT products.id FROM products FOR UPDATE"),
        Moment(0.0020, "ada", Did.DONE, "SELECT products.id FROM products FOR UPDATE"),
        Moment(0.0030, "ada", Did.SENDS, COMMIT),
        Moment(0.0040, "ada", Did.FAILED, "40001"),
    ]
    html = timeline(moments, "One alone.").data
    told = re.search('aria-label="([^"]*)"', html)
    assert told
    assert told[1] == (
        "One alone. From top to bottom: ada: BEGIN; ada: SELECT products FOR UPDATE; ada: COMMIT; "
        "ada: serialization failure (40001)."
    )
    assert "currentColor" in html
    assert next(iter(rows_of(moments))) == Row(1.0, "ada", "BEGIN", "begin")


def test_a_deadlock_stands_before_what_it_has_let_go_on() -> None:
    update = "UPDATE products SET stock=1"
    moments = [
        Moment(0.001, "ada", Did.SENDS, update),
        Moment(0.002, "bob", Did.SENDS, update),
        Moment(0.003, "bob", Did.WAITS, update),
        Moment(0.004, "bob", Did.DONE, update),
        Moment(0.005, "ada", Did.FAILED, "40P01"),
        Moment(0.006, "ada", Did.SENDS, ROLLBACK),
    ]
    told = str(timeline(moments, "").data)
    assert "bob: waits for a lock; ada: deadlock (40P01); bob: goes on." in told


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE products SET stock=1 WHERE id = 2", "UPDATE products"),
        ("INSERT INTO users (email) VALUES (1) ON CONFLICT DO NOTHING", "INSERT users ON CONFLICT"),
        ("SELECT a FROM b WHERE c FOR UPDATE SKIP LOCKED", "SELECT b FOR UPDATE SKIP LOCKED"),
        ("SELECT pg_advisory_xact_lock(1)", "SELECT"),
    ],
)
def test_a_statement_in_a_few_words(statement: str, told: str) -> None:
    assert brief(statement) == told
