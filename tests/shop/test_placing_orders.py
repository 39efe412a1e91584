"""Placing an order: stock, prices, and the message about it."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from shop.errors import Invalid, NotFound, OutOfStock
from shop.models import Order, OrderItem, OrderStatus, OutboxMessage, Product


async def stock_of(session, product):
    return await session.scalar(select(Product.stock).where(Product.id == product.id))


async def number_of(session, model):
    return await session.scalar(select(func.count()).select_from(model))


async def test_an_order_holds_what_was_ordered_at_its_price(session, shop, customer, make_product):
    pen, book = await make_product("Pen", "2.50"), await make_product("Book", "10.00")
    order = await shop.orders.place_order(
        session,
        user_id=customer.id,
        lines=[shop.orders.Line(book.id, 1), shop.orders.Line(pen.id, 3)],
    )
    stored = await session.execute(
        select(OrderItem.product_id, OrderItem.quantity, OrderItem.unit_price, OrderItem.total)
        .where(OrderItem.order_id == order.id)
        .order_by(OrderItem.product_id)
    )
    assert stored.all() == [
        (pen.id, 3, Decimal("2.50"), Decimal("7.50")),
        (book.id, 1, Decimal("10.00"), Decimal("10.00")),
    ]


async def test_a_placed_order_is_pending_at_its_first_version_and_loaded(
    session, shop, customer, make_product
):
    pen = await make_product()
    order = await shop.orders.place_order(
        session, user_id=customer.id, lines=[shop.orders.Line(pen.id, 2)]
    )
    assert (order.user_id, order.status, order.version) == (customer.id, OrderStatus.PENDING, 1)
    assert order.placed_at == order.updated_at == await session.scalar(select(func.now()))
    assert order.deleted_at is None
    [item] = order.items
    assert (item.product, item.quantity, item.total) == (pen, 2, Decimal("5.00"))


async def test_only_the_ordered_pieces_leave_the_stock(session, shop, customer, make_product):
    pen, book, other = [await make_product(stock=5) for _ in range(3)]
    lines = [shop.orders.Line(pen.id, 2), shop.orders.Line(book.id, 5)]
    await shop.orders.place_order(session, user_id=customer.id, lines=lines)
    assert [await stock_of(session, product) for product in (pen, book, other)] == [3, 0, 5]
    assert [product.stock for product in (pen, book, other)] == [3, 0, 5]


async def test_lines_for_one_product_are_added_together(session, shop, customer, make_product):
    pen = await make_product(stock=5)
    lines = [shop.orders.Line(pen.id, 2), shop.orders.Line(pen.id, 3)]
    order = await shop.orders.place_order(session, user_id=customer.id, lines=lines)
    assert [item.quantity for item in order.items] == [5]
    assert await stock_of(session, pen) == 0


async def test_lines_for_one_product_may_not_exceed_its_stock_together(
    session, shop, customer, make_product
):
    pen = await make_product(stock=4)
    lines = [shop.orders.Line(pen.id, 2), shop.orders.Line(pen.id, 3)]
    with pytest.raises(OutOfStock, match="4"):
        await shop.orders.place_order(session, user_id=customer.id, lines=lines)


async def test_a_later_price_does_not_touch_an_order(session, shop, customer, make_product):
    pen = await make_product(price="2.50")
    order = await shop.orders.place_order(
        session, user_id=customer.id, lines=[shop.orders.Line(pen.id, 2)]
    )
    await shop.catalogue.update_product(session, pen.id, price=Decimal("9.00"))
    await session.refresh(order)
    found = await shop.orders.get_order(session, order.id)
    assert found.items[0].unit_price == Decimal("2.50")
    assert str(shop.orders.total_of(found)) == "5.00"


@pytest.mark.parametrize("quantity", [0, -1])
async def test_a_quantity_below_one_is_refused(session, shop, customer, make_product, quantity):
    pen = await make_product()
    with pytest.raises(Invalid):
        await shop.orders.place_order(
            session,
            user_id=customer.id,
            lines=[shop.orders.Line(pen.id, 3), shop.orders.Line(pen.id, quantity)],
        )


async def test_an_order_without_lines_is_refused(session, shop, customer):
    with pytest.raises(Invalid):
        await shop.orders.place_order(session, user_id=customer.id, lines=[])


async def test_a_refused_order_leaves_no_trace(session, shop, customer, make_product):
    pen, book = await make_product("Pen", stock=5), await make_product("Book", stock=1)
    lines = [shop.orders.Line(pen.id, 2), shop.orders.Line(book.id, 2)]
    with pytest.raises(OutOfStock, match=r"Book.*1"):
        await shop.orders.place_order(session, user_id=customer.id, lines=lines)
    with pytest.raises(NotFound, match="product 12345"):
        await shop.orders.place_order(
            session, user_id=customer.id, lines=[*lines[:1], shop.orders.Line(12345, 1)]
        )
    with pytest.raises(NotFound, match="user 12345"):
        await shop.orders.place_order(session, user_id=12345, lines=lines[:1])
    assert (pen.stock, book.stock) == (5, 1)
    assert [await stock_of(session, product) for product in (pen, book)] == [5, 1]
    assert [await number_of(session, model) for model in (Order, OrderItem, OutboxMessage)] == [
        0, 0, 0,
    ]  # fmt: skip
    await shop.orders.place_order(session, user_id=customer.id, lines=lines[:1])


async def test_the_last_piece_can_be_ordered(session, shop, customer, make_product):
    pen = await make_product(stock=1)
    line = shop.orders.Line(pen.id, 1)
    await shop.orders.place_order(session, user_id=customer.id, lines=[line])
    with pytest.raises(OutOfStock):
        await shop.orders.place_order(session, user_id=customer.id, lines=[line])


async def test_the_stock_of_the_table_counts_not_that_of_the_session(
    session, shop, customer, make_product
):
    pen = await make_product(stock=5)
    table = Product.__table__
    await session.execute(table.update().values(stock=1, price=Decimal("3.00")))
    assert pen.stock == 5
    line = shop.orders.Line(pen.id, 1)
    order = await shop.orders.place_order(session, user_id=customer.id, lines=[line])
    assert order.items[0].unit_price == Decimal("3.00")
    assert await stock_of(session, pen) == 0


async def test_a_placed_order_is_told_to_the_world_once(session, shop, customer, make_product):
    pen = await make_product(price="2.50")
    order = await shop.orders.place_order(
        session, user_id=customer.id, lines=[shop.orders.Line(pen.id, 3)]
    )
    [message] = (await session.scalars(select(OutboxMessage))).all()
    assert message.topic == "order.placed"
    assert message.payload == {"order_id": order.id, "user_id": customer.id, "total": "7.50"}
    assert (message.sent_at, message.attempts, message.last_error) == (None, 0, None)


async def test_the_order_and_its_message_are_rolled_back_together(
    session, shop, customer, make_product
):
    pen = await make_product(stock=5)
    await session.commit()
    await shop.orders.place_order(session, user_id=customer.id, lines=[shop.orders.Line(pen.id, 3)])
    await session.rollback()
    assert [await number_of(session, model) for model in (Order, OutboxMessage)] == [0, 0]
    assert await session.scalar(select(Product.stock)) == 5


def test_the_total_is_known_without_a_database(shop):
    order = Order(
        items=[
            OrderItem(quantity=3, unit_price=Decimal("0.10")),
            OrderItem(quantity=2, unit_price=Decimal(5)),
        ]
    )
    assert str(shop.orders.total_of(order)) == "10.30"
    assert str(shop.orders.total_of(Order(items=[]))) == "0.00"
