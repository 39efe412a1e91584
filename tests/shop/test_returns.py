"""Sending back what was ordered: who may, when, how much, and what becomes of the stock."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import IntegrityError

from shop.errors import Invalid, NotFound, TooLate, TooMany, WrongStatus
from shop.models import (
    Order,
    OrderStatus,
    OutboxMessage,
    Product,
    Return,
    ReturnItem,
    ReturnStatus,
    User,
)
from shop.services.stock import Line

REQUESTED, RECEIVED, REJECTED = (
    ReturnStatus.REQUESTED,
    ReturnStatus.RECEIVED,
    ReturnStatus.REJECTED,
)


@pytest.fixture
async def order(make_order):
    """Shipped: three of a product of which seven are left."""
    return await make_order(OrderStatus.SHIPPED)


@pytest.fixture
def request_(session, shop, order):
    """Asks to return pieces of the order."""

    async def request(*lines, **values):
        product_id = order.items[0].product_id
        asked = {
            "user_id": order.user_id,
            "order_id": order.id,
            "lines": [Line(product_id, quantity) for quantity in lines],
        }
        return await shop.returns.request_return(session, **(asked | values))

    return request


async def stored(session, one):
    session.expunge_all()
    return await session.get_one(Return, one.id)


async def messages(session):
    found = await session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
    return [(message.topic, message.payload) for message in found]


async def stock(session):
    return await session.scalar(select(Product.stock))


async def test_a_return_is_stored_with_what_was_asked(session, request_, order):
    one = await request_(2, reason="too small")
    assert [(item.quantity, item.damaged) for item in one.items] == [(2, 0)]
    assert one.items[0].order_item.product.stock == 7
    assert await messages(session) == [
        ("return.requested", {"return_id": one.id, "order_id": order.id})
    ]
    found = await stored(session, one)
    assert (found.status, found.reason, found.rejected_because) == (REQUESTED, "too small", None)
    assert await stock(session) == 7


async def test_lines_for_one_product_are_added_together(request_):
    one = await request_(1, 2)
    assert [item.quantity for item in one.items] == [3]
    with pytest.raises(TooMany):
        await request_(1)


@pytest.mark.parametrize("lines", [(), (0,), (-1,), (1, 0)])
async def test_a_return_has_lines_of_at_least_one_piece(request_, lines):
    with pytest.raises(Invalid):
        await request_(*lines)


async def test_the_order_of_another_user_is_not_found(session, request_):
    other = User(email="eve@example.org", name="Eve")
    session.add(other)
    await session.flush()
    with pytest.raises(NotFound, match="order"):
        await request_(1, user_id=other.id)


async def test_an_order_that_was_deleted_or_never_there_is_not_found(request_, order):
    with pytest.raises(NotFound, match="order 12345"):
        await request_(1, order_id=12345)
    order.deleted_at = datetime.now(UTC)
    with pytest.raises(NotFound, match="order"):
        await request_(1)


@pytest.mark.parametrize("status", [one for one in OrderStatus if one != "shipped"])
async def test_only_a_shipped_order_is_returned(request_, order, status):
    order.status = status
    with pytest.raises(WrongStatus):
        await request_(1)


async def test_a_product_that_was_not_ordered_is_not_returned(request_, make_product, order):
    other = await make_product()
    with pytest.raises(NotFound, match=f"product {other.id}"):
        await request_(lines=[Line(order.items[0].product_id, 1), Line(other.id, 1)])


async def test_thirty_days_are_the_limit(session, request_, order):
    now = await session.scalar(select(func.now()))
    order.placed_at = now - timedelta(days=30)
    await request_(1)
    order.placed_at = now - timedelta(days=30, microseconds=1)
    with pytest.raises(TooLate, match="30 days"):
        await request_(1)


async def test_no_more_than_was_ordered_is_returned_in_all(request_):
    with pytest.raises(TooMany):
        await request_(4)
    await request_(2)
    with pytest.raises(TooMany):
        await request_(2)
    await request_(1)


async def test_what_was_received_can_not_be_returned_again(session, shop, request_):
    one = await request_(3)
    await shop.returns.receive_return(session, one.id)
    with pytest.raises(TooMany):
        await request_(1)


async def test_what_was_rejected_can_be_returned(session, shop, request_):
    one = await request_(3)
    await shop.returns.reject_return(session, one.id, because="used")
    await request_(3)


async def test_a_refused_request_changes_nothing(session, request_):
    with pytest.raises(TooMany):
        await request_(4)
    assert await session.scalar(select(func.count()).select_from(Return)) == 0
    assert await messages(session) == []


async def test_pieces_that_come_back_are_in_the_stock_again(session, shop, request_):
    one = await request_(2)
    received = await shop.returns.receive_return(session, one.id)
    assert received.status is RECEIVED
    assert await stock(session) == 9
    assert (await stored(session, one)).status is RECEIVED


async def test_damaged_pieces_are_counted_and_not_sold_again(session, shop, request_, order):
    one = await request_(3)
    damaged = {order.items[0].product_id: 2}
    received = await shop.returns.receive_return(session, one.id, damaged=damaged)
    assert [(item.quantity, item.damaged) for item in received.items] == [(3, 2)]
    assert await stock(session) == 8


@pytest.mark.parametrize("pieces", [-1, 3])
async def test_damaged_pieces_are_some_of_those_that_came(session, shop, request_, order, pieces):
    one = await request_(2)
    with pytest.raises(Invalid):
        await shop.returns.receive_return(
            session, one.id, damaged={order.items[0].product_id: pieces}
        )
    assert (await stored(session, one)).status is REQUESTED
    assert await stock(session) == 7


async def test_a_product_that_did_not_come_can_not_be_damaged(
    session, shop, request_, make_product
):
    one, other = await request_(2), await make_product()
    with pytest.raises(Invalid):
        await shop.returns.receive_return(session, one.id, damaged={other.id: 1})


async def test_a_return_that_is_not_there_is_not_found(session, shop):
    for act in (
        shop.returns.receive_return(session, 12345),
        shop.returns.reject_return(session, 12345, because="used"),
        shop.returns.find_return(session, 12345),
    ):
        with pytest.raises(NotFound, match="return 12345"):
            await act


@pytest.mark.parametrize("status", [RECEIVED, REJECTED, ReturnStatus.REFUNDED])
async def test_only_a_requested_return_is_received_or_rejected(session, shop, request_, status):
    one = await request_(1)
    one.status = status
    one.rejected_because = "used" if status is REJECTED else None
    await session.flush()
    with pytest.raises(WrongStatus):
        await shop.returns.receive_return(session, one.id)
    with pytest.raises(WrongStatus):
        await shop.returns.reject_return(session, one.id, because="used")
    assert await stock(session) == 7


async def test_a_rejected_return_says_why(session, shop, request_, order):
    one = await request_(1)
    await shop.returns.reject_return(session, one.id, because="used")
    assert (await messages(session))[1:] == [
        ("return.rejected", {"return_id": one.id, "order_id": order.id})
    ]
    found = await stored(session, one)
    assert (found.status, found.rejected_because) == (REJECTED, "used")
    assert await stock(session) == 7


@pytest.mark.parametrize("because", ["", "  "])
async def test_a_return_is_not_rejected_without_a_reason(session, shop, request_, because):
    one = await request_(1)
    with pytest.raises(Invalid):
        await shop.returns.reject_return(session, one.id, because=because)


async def test_the_oldest_return_is_listed_first_and_slices_do_not_overlap(session, shop, request_):
    now = await session.scalar(select(func.now()))
    returns = [await request_(1) for _ in range(3)]
    for one, days in zip(returns, [1, 2, 2], strict=True):
        one.requested_at = now - timedelta(days=days)
    await session.flush()
    wanted = [returns[1].id, returns[2].id, returns[0].id]
    first = await shop.returns.list_returns(session, limit=2)
    second = await shop.returns.list_returns(session, limit=2, after=first.next)
    assert [one.id for one in first.items + second.items] == wanted
    assert (len(first.items), second.next) == (2, None)


async def test_returns_are_listed_by_user_and_by_status(session, shop, request_, order):
    one, two = await request_(1), await request_(1)
    await shop.returns.receive_return(session, two.id)
    other = User(email="eve@example.org", name="Eve")
    session.add(other)
    await session.flush()
    for filters, found in [
        ({"user_id": order.user_id}, [one.id, two.id]),
        ({"user_id": other.id}, []),
        ({"status": REQUESTED}, [one.id]),
        ({"status": RECEIVED, "user_id": order.user_id}, [two.id]),
    ]:
        slice_ = await shop.returns.list_returns(session, **filters)
        assert [each.id for each in slice_.items] == found
    for wrong in ({"limit": 0}, {"after": "?"}):
        with pytest.raises(Invalid):
            await shop.returns.list_returns(session, **wrong)


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE return_items SET quantity = 0", "quantity_positive"),
        ("UPDATE return_items SET damaged = 3", "damaged_within_quantity"),
        ("UPDATE return_items SET damaged = -1", "damaged_within_quantity"),
        ("UPDATE returns SET status = 'rejected'", "rejected_because"),
        ("UPDATE returns SET rejected_because = 'used'", "rejected_because"),
        (
            "INSERT INTO return_items (return_id, order_item_id, quantity)"
            " SELECT return_id, order_item_id, 1 FROM return_items",
            "uq_return_items_return_id_order_item_id",
        ),
        ("DELETE FROM order_items", "fk_return_items_order_item_id"),
        ("DELETE FROM orders", "fk_return_items_order_item_id|fk_returns_order_id"),
    ],
)
async def test_the_database_refuses_what_makes_no_sense(session, request_, statement, constraint):
    await request_(2)
    with pytest.raises(IntegrityError, match=constraint):
        await session.execute(text(statement))


async def test_the_items_go_with_their_return(session, request_):
    await request_(2)
    await session.execute(delete(Return))
    assert await session.scalar(select(func.count()).select_from(ReturnItem)) == 0


async def test_two_who_ask_at_once_do_not_return_a_piece_twice(own_database, shop):
    sessions = own_database.sessions
    async with sessions.begin() as session:
        user = User(email="ada@example.org", name="Ada")
        product = Product(sku="PEN", name="Pen", price=2, stock=7)
        session.add_all([user, product])
        await session.flush()
        order = await shop.orders.place_order(session, user_id=user.id, lines=[Line(product.id, 3)])
        order.status = OrderStatus.SHIPPED
        asked = {"user_id": user.id, "order_id": order.id, "lines": [Line(product.id, 2)]}

    async def ask():
        async with sessions.begin() as session:
            return await shop.returns.request_return(session, **asked)

    async with sessions() as first:
        await shop.returns.request_return(first, **asked)
        second = asyncio.create_task(ask())
        await own_database.until_blocked(second)
        await first.commit()
    with pytest.raises(TooMany):
        await second


async def test_a_parcel_that_two_receive_at_once_is_in_the_stock_once(own_database, shop):
    sessions = own_database.sessions
    async with sessions.begin() as session:
        user = User(email="ada@example.org", name="Ada")
        product = Product(sku="PEN", name="Pen", price=2, stock=7)
        session.add_all([user, product])
        await session.flush()
        order = await shop.orders.place_order(session, user_id=user.id, lines=[Line(product.id, 3)])
        order.status = OrderStatus.SHIPPED
        one = await shop.returns.request_return(
            session, user_id=user.id, order_id=order.id, lines=[Line(product.id, 3)]
        )

    async def receive():
        async with sessions.begin() as session:
            await shop.returns.receive_return(session, one.id)

    async with sessions() as first:
        await shop.returns.receive_return(first, one.id)
        second = asyncio.create_task(receive())
        await own_database.until_blocked(second)
        await first.commit()
    with pytest.raises(WrongStatus):
        await second
    async with sessions() as session:
        assert await stock(session) == 7
        assert await session.scalar(select(func.count()).select_from(Order)) == 1
