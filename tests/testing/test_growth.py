"""How the work of statements grows with the shop's tables, with indexes and without."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import aliased

from nomocks.testing.growth import assert_grows, measure
from shop.models import Order, User

SIZES = (200, 2_000)
OF_ONE_USER = select(Order).where(Order.user_id == 7)


@pytest.fixture(autouse=True)
async def _empty(session: AsyncSession) -> None:
    await session.execute(text("TRUNCATE users, orders CASCADE"))


async def grow(target: AsyncSession | AsyncConnection, rows: int) -> None:
    """So many users more, with one order each."""
    await target.execute(
        text(
            "WITH new AS (INSERT INTO users (email, name)"
            " SELECT gen_random_uuid() || '@example.org', 'Ada' FROM generate_series(1, :rows)"
            " RETURNING id) INSERT INTO orders (user_id) SELECT id FROM new"
        ),
        {"rows": rows},
    )


async def test_a_lookup_through_an_index_grows_at_most_logarithmically(
    session: AsyncSession,
) -> None:
    await assert_grows(session, OF_ONE_USER, grow, at_most="logarithmic", sizes=SIZES)


async def test_the_lookup_without_its_index_does_not(session: AsyncSession) -> None:
    await session.execute(text("DROP INDEX ix_orders_user_id"))
    with pytest.raises(AssertionError) as failure:
        await assert_grows(session, OF_ONE_USER, grow, at_most="logarithmic", sizes=SIZES)
    assert str(failure.value).startswith(
        "The statement's work grows faster than logarithmic: "
        "200 rows handled of 200, 2,000 of 2,000."
    )
    assert "2,000 rows: 2,000 handled\nSeq Scan on orders" in str(failure.value)


async def test_a_scan_grows_at_most_linearly(session: AsyncSession) -> None:
    everything = select(func.count()).select_from(Order)
    await assert_grows(session, everything, grow, at_most="linear", sizes=SIZES)
    with pytest.raises(AssertionError, match="faster than logarithmic"):
        await assert_grows(session, everything, grow, at_most="logarithmic", sizes=SIZES)


async def test_comparing_all_rows_with_all_others_grows_faster(session: AsyncSession) -> None:
    other = aliased(Order)
    pairs = select(func.count()).where(Order.placed_at <= other.placed_at, Order.id > other.id)
    with pytest.raises(AssertionError, match="faster than linear"):
        await assert_grows(session, pairs, grow, at_most="linear", sizes=(50, 500))


async def test_a_page_through_an_index_stays_as_it_is_and_a_sorted_one_does_not(
    session: AsyncSession,
) -> None:
    indexed = select(Order).order_by(Order.placed_at, Order.id).limit(20)
    sorted_ = select(Order).order_by(Order.updated_at, Order.id).limit(20)
    await assert_grows(session, indexed, grow, at_most="logarithmic", sizes=SIZES)
    with pytest.raises(AssertionError, match="faster than logarithmic"):
        await assert_grows(session, sorted_, grow, at_most="logarithmic", sizes=SIZES)


async def test_the_measures_are_the_same_each_time(session: AsyncSession) -> None:
    found = []
    for _ in range(2):
        await session.execute(text("TRUNCATE users, orders CASCADE"))
        measures = await measure(session, select(User).where(User.name == "Eve"), grow, (20, 200))
        found.append([(one.rows, one.handled) for one in measures])
    assert found == [[(20, 20), (200, 200)]] * 2


async def test_rows_that_were_there_before_count_as_well(connection: AsyncConnection) -> None:
    await grow(connection, 100)
    measures = await measure(connection, select(User), grow, (20, 200))
    assert [one.rows for one in measures] == [120, 300]


async def test_three_sizes_are_compared_one_after_the_other(session: AsyncSession) -> None:
    measures = await measure(session, select(User), grow, (10, 20, 40))
    assert [one.handled for one in measures] == [10, 20, 40]
    assert [one.plan.root.rows for one in measures] == [10, 20, 40]  # with fresh statistics


async def test_rows_that_all_come_at_once_prove_nothing(session: AsyncSession) -> None:
    sizes = iter((300, 0))

    async def once(session: AsyncSession, rows: int) -> None:  # noqa: ARG001
        await grow(session, next(sizes))

    with pytest.raises(ValueError, match="was to add 180 rows"):
        await measure(session, OF_ONE_USER, once, (20, 200))


async def test_rows_that_the_statement_does_not_read_prove_nothing(session: AsyncSession) -> None:
    async def elsewhere(session: AsyncSession, rows: int) -> None:
        await session.execute(
            text(
                "INSERT INTO outbox (topic, payload) SELECT 'a', '{}' FROM generate_series(1, :n)"
            ),
            {"n": rows},
        )

    with pytest.raises(ValueError, match=r"was to add 200 rows .* only as many now: {'orders': 0}"):
        await assert_grows(session, OF_ONE_USER, elsewhere, at_most="linear", sizes=SIZES)


async def test_a_bound_that_is_none_is_refused(session: AsyncSession) -> None:
    with pytest.raises(ValueError, match="'log': choose one of logarithmic, linear"):
        await assert_grows(session, OF_ONE_USER, grow, at_most="log", sizes=SIZES)  # type: ignore[arg-type]


@pytest.mark.parametrize("sizes", [(), (100,), (100, 100), (100, 10), (1, 10), (0, 10)])
async def test_sizes_that_do_not_grow_are_refused(
    session: AsyncSession, sizes: tuple[int, ...]
) -> None:
    with pytest.raises(ValueError, match="two or more growing sizes"):
        await assert_grows(session, OF_ONE_USER, grow, at_most="linear", sizes=sizes)
