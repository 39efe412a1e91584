"""Two customers, or two clerks, at the same time on connections of their own."""

import asyncio
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from shop.errors import ChangedMeanwhile, OutOfStock
from shop.models import Order, OrderStatus, Product, User


@pytest.fixture
def sessions(own_database):
    return own_database.sessions


@pytest.fixture
async def user_id(sessions):
    async with sessions.begin() as session:
        user = User(email="ada@example.org", name="Ada")
        session.add(user)
    return user.id


@pytest.fixture
def make_line(sessions, shop):
    async def make(stock, quantity):
        """A line for this quantity of a new product."""
        async with sessions.begin() as session:
            product = Product(sku=f"{stock}", name="Pen", price=Decimal(1), stock=stock)
            session.add(product)
        return shop.orders.Line(product.id, quantity)

    return make


@pytest.fixture
def place(sessions, shop, user_id):
    async def place(*lines):
        """The id of an order, placed in a transaction of its own."""
        async with sessions.begin() as session:
            order = await shop.orders.place_order(session, user_id=user_id, lines=lines)
        return order.id

    return place


@pytest.fixture
def cancel(sessions, shop):
    async def cancel(id):
        async with sessions.begin() as session:
            await shop.orders.cancel_order(session, id)

    return cancel


async def stock_in(sessions):
    async with sessions() as session:
        return (await session.scalars(select(Product.stock).order_by(Product.id))).all()


async def test_the_last_piece_is_sold_once(own_database, sessions, shop, user_id, make_line, place):
    line = await make_line(stock=1, quantity=1)
    async with sessions.begin() as first:
        await shop.orders.place_order(first, user_id=user_id, lines=[line])
        second = asyncio.create_task(place(line))
        await own_database.until_blocked(second)
        assert not second.done()
    with pytest.raises(OutOfStock):
        await second
    assert await stock_in(sessions) == [0]


async def test_no_piece_is_lost_when_two_order_at_once(
    own_database, sessions, shop, user_id, make_line, place
):
    line = await make_line(stock=10, quantity=3)
    async with sessions.begin() as first:
        await shop.orders.place_order(first, user_id=user_id, lines=[line])
        second = asyncio.create_task(place(line))
        await own_database.until_blocked(second)
    await second
    assert await stock_in(sessions) == [4]


async def test_no_piece_is_lost_when_one_cancels_while_another_orders(
    own_database, sessions, shop, user_id, make_line, place, cancel
):
    line = await make_line(stock=10, quantity=3)
    id = await place(line)
    async with sessions.begin() as session:
        await shop.orders.place_order(session, user_id=user_id, lines=[line])
        cancelling = asyncio.create_task(cancel(id))
        await own_database.until_blocked(cancelling)
    await cancelling
    assert await stock_in(sessions) == [7]


async def test_two_that_cancel_at_once_give_the_stock_back_once(
    own_database, sessions, shop, make_line, place, cancel
):
    id = await place(await make_line(stock=10, quantity=3))
    async with sessions.begin() as first:
        await shop.orders.cancel_order(first, id)
        second = asyncio.create_task(cancel(id))
        await own_database.until_blocked(second)
    with pytest.raises(ChangedMeanwhile):
        await second
    assert await stock_in(sessions) == [10]


@pytest.mark.parametrize("statement", ["ANALYZE products", "SELECT 1"])
@pytest.mark.parametrize("change", ["place", "cancel"])
async def test_products_are_locked_in_order_of_id(
    own_database, sessions, make_line, place, cancel, change, statement
):
    """Who waits for the first product holds none of the others: so no two wait for each other."""
    lines = [await make_line(stock=5, quantity=1), await make_line(stock=6, quantity=1)]
    id = await place(*lines)
    first, second = (line.product_id for line in lines)
    changes = {"place": lambda: place(*reversed(lines)), "cancel": lambda: cancel(id)}
    async with sessions() as holder, sessions() as onlooker:
        # The first row moves behind the second, and the planner may learn that the table is small:
        # one of its plans for an unordered query locks the second before the first.
        await holder.execute(text("UPDATE products SET name = 'Moved' WHERE sku = '5'"))
        await holder.execute(text(statement))
        await holder.commit()
        await holder.execute(select(Product.id).where(Product.id == first).with_for_update())
        waiting = asyncio.create_task(changes[change]())
        await own_database.until_blocked(waiting)
        free = await onlooker.scalars(select(Product.id).with_for_update(skip_locked=True))
        assert free.all() == [second]
        await onlooker.rollback()
        await holder.rollback()
        await waiting


async def test_of_two_clerks_that_saw_one_version_the_first_decides(
    sessions, shop, make_line, place
):
    id = await place(await make_line(stock=10, quantity=3))
    async with sessions.begin() as session:
        (await session.get_one(Order, id)).status = OrderStatus.PAID
    async with sessions() as first, sessions() as second:
        seen = await shop.orders.get_order(second, id)
        await shop.orders.ship_order(first, id)
        await first.commit()
        with pytest.raises(ChangedMeanwhile):
            await shop.orders.cancel_order(second, id)
        assert seen.status is OrderStatus.SHIPPED
        await second.commit()
    async with sessions() as session:
        assert (await session.get_one(Order, id)).status is OrderStatus.SHIPPED
    assert await stock_in(sessions) == [7]
