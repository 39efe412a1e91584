"""What becomes of an order: shipped, cancelled, deleted, restored."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import inspect, select, update

from shop.errors import ChangedMeanwhile, NotFound, WrongStatus
from shop.models import Order, OrderStatus, OutboxMessage, Product

CANCELLED, PAID, PENDING, SHIPPED = (
    OrderStatus.CANCELLED,
    OrderStatus.PAID,
    OrderStatus.PENDING,
    OrderStatus.SHIPPED,
)
YESTERDAY = datetime(2026, 1, 1, tzinfo=UTC)


async def stored(session, order, column):
    """The column as the table has it, whatever the session holds."""
    return await session.scalar(select(column).where(Order.id == order.id))


async def change_behind_the_session(session, order):
    """Another version in the table than the session has loaded."""
    await session.execute(
        update(Order.__table__).where(Order.id == order.id).values(version=Order.version + 1)
    )


async def test_an_order_is_read_with_its_items_and_their_products(session, shop, make_order):
    order = await make_order()
    id = order.id
    session.expire_all()
    found = await shop.orders.get_order(session, id)
    assert found is order
    assert [(item.product.name, item.quantity) for item in found.items] == [("Pen", 3)]
    assert shop.orders.total_of(found) == Decimal("6.00")


async def test_an_order_without_items_is_found(session, shop, customer):
    order = Order(user_id=customer.id)
    session.add(order)
    await session.flush()
    assert (await shop.orders.get_order(session, order.id)).items == []


@pytest.mark.parametrize("status", [PENDING, PAID])
async def test_cancelling_gives_back_the_stock(session, shop, make_order, make_product, status):
    order, other = await make_order(status), await make_product(stock=5)
    product = order.items[0].product
    cancelled = await shop.orders.cancel_order(session, order.id)
    assert cancelled is order
    assert cancelled.status is CANCELLED
    assert await stored(session, order, Order.status) is CANCELLED
    assert (product.stock, other.stock) == (10, 5)
    stock = await session.scalars(select(Product.stock).order_by(Product.id))
    assert stock.all() == [10, 5]


async def test_cancelling_gives_back_the_stock_of_every_item(session, shop, customer, make_product):
    products = [await make_product(stock=10) for _ in range(3)]
    lines = [shop.orders.Line(product.id, n) for n, product in enumerate(products, 1)]
    order = await shop.orders.place_order(session, user_id=customer.id, lines=lines)
    await shop.orders.cancel_order(session, order.id)
    stock = await session.scalars(select(Product.stock).order_by(Product.id))
    assert stock.all() == [10, 10, 10]


async def test_an_order_without_items_is_cancelled(session, shop, customer):
    order = Order(user_id=customer.id)
    session.add(order)
    await session.flush()
    assert (await shop.orders.cancel_order(session, order.id)).status is CANCELLED


async def test_stock_that_came_in_meanwhile_is_kept(session, shop, make_order):
    order = await make_order()
    await session.execute(Product.__table__.update().values(stock=20))
    await shop.orders.cancel_order(session, order.id)
    assert await session.scalar(select(Product.stock)) == 23


async def test_a_cancelled_order_is_told_to_the_world(session, shop, make_order, customer):
    order = await make_order()
    await shop.orders.cancel_order(session, order.id)
    [message] = (await session.scalars(select(OutboxMessage))).all()
    assert message.topic == "order.cancelled"
    assert message.payload == {"order_id": order.id, "user_id": customer.id, "total": "6.00"}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ("cancel_order", SHIPPED),
        ("cancel_order", CANCELLED),
        ("ship_order", PENDING),
        ("ship_order", CANCELLED),
        ("ship_order", SHIPPED),
    ],
)
async def test_a_status_that_does_not_allow_it_is_refused(
    session, shop, make_order, change, status
):
    order = await make_order(status)
    with pytest.raises(WrongStatus, match=f"{order.id} is {status}"):
        await getattr(shop.orders, change)(session, order.id)
    assert (order.status, order.version) == (status, 1)
    assert await session.scalar(select(Product.stock)) == 7
    assert (await session.scalars(select(OutboxMessage))).all() == []


async def test_a_paid_order_is_shipped(session, shop, make_order):
    order, other = await make_order(PAID), await make_order(PAID)
    shipped = await shop.orders.ship_order(session, order.id)
    assert shipped is order
    assert shipped.status is SHIPPED
    assert await stored(session, order, Order.status) is SHIPPED
    assert await stored(session, other, Order.status) is PAID


CHANGES = ["cancel_order", "ship_order", "delete_order"]


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_makes_a_new_version_and_a_new_time(session, shop, make_order, change):
    order = await make_order(PAID, updated_at=YESTERDAY)
    changed = await getattr(shop.orders, change)(session, order.id)
    assert changed.version == 2
    assert changed.updated_at > YESTERDAY
    assert await stored(session, order, Order.version) == 2
    assert await stored(session, order, Order.updated_at) == changed.updated_at
    assert changed.placed_at is not None


@pytest.mark.parametrize("change", CHANGES)
async def test_a_changed_order_is_fully_loaded(session, shop, make_order, change):
    order = await make_order(PAID)
    changed = await getattr(shop.orders, change)(session, order.id)
    assert inspect(changed).unloaded <= {"user", "payments"}
    assert changed.items[0].product.name == "Pen"


@pytest.mark.parametrize("change", [*CHANGES, "restore_order"])
async def test_an_order_that_does_not_exist_can_not_be_changed(session, shop, change):
    with pytest.raises(NotFound, match="order 12345"):
        await getattr(shop.orders, change)(session, 12345)


@pytest.mark.parametrize("change", CHANGES)
async def test_a_deleted_order_can_not_be_changed(session, shop, make_order, change):
    order = await make_order(PAID, deleted_at=YESTERDAY)
    with pytest.raises(NotFound, match=f"order {order.id}"):
        await getattr(shop.orders, change)(session, order.id)
    assert (order.status, order.deleted_at, order.version) == (PAID, YESTERDAY, 1)


@pytest.mark.parametrize("change", [*CHANGES, "restore_order"])
async def test_a_change_of_an_order_that_changed_behind_the_session_is_refused(
    session, shop, make_order, change
):
    deleted = YESTERDAY if change == "restore_order" else None
    order = await make_order(PAID, deleted_at=deleted)
    await change_behind_the_session(session, order)
    with pytest.raises(ChangedMeanwhile, match=f"{order.id}"):
        await getattr(shop.orders, change)(session, order.id)
    assert (order.version, order.status, order.deleted_at) == (2, PAID, deleted)
    assert await session.scalar(select(Product.stock)) == 7
    assert (await session.scalars(select(OutboxMessage))).all() == []
    await getattr(shop.orders, change)(session, order.id)
    assert order.version == 3


async def test_the_version_that_was_seen_is_cancelled(session, shop, make_order):
    order = await make_order()
    await shop.orders.cancel_order(session, order.id, version=1)
    assert (order.status, order.version) == (CANCELLED, 2)


@pytest.mark.parametrize("version", [0, 1, 3])
async def test_another_version_than_was_seen_is_not_cancelled(session, shop, make_order, version):
    order = await make_order()
    order.updated_at = YESTERDAY
    await session.flush()
    with pytest.raises(ChangedMeanwhile):
        await shop.orders.cancel_order(session, order.id, version=version)
    assert (order.status, order.version) == (PENDING, 2)
    assert await session.scalar(select(Product.stock)) == 7


async def test_a_deleted_order_is_not_found_but_stays_in_the_table(session, shop, make_order):
    order, other = await make_order(), await make_order()
    deleted = await shop.orders.delete_order(session, order.id)
    assert deleted is order
    assert deleted.deleted_at is not None
    assert await stored(session, order, Order.deleted_at) == deleted.deleted_at
    assert await stored(session, other, Order.deleted_at) is None
    assert await shop.orders.get_order(session, order.id) is None
    assert await shop.orders.get_order(session, other.id) is other


async def test_a_restored_order_is_found_again(session, shop, make_order):
    order, other = await make_order(deleted_at=YESTERDAY), await make_order(deleted_at=YESTERDAY)
    restored = await shop.orders.restore_order(session, order.id)
    assert restored is order
    assert (restored.deleted_at, restored.version) == (None, 2)
    assert restored.updated_at is not None
    assert await shop.orders.get_order(session, order.id) is order
    assert await shop.orders.get_order(session, other.id) is None


async def test_restoring_an_order_that_is_not_deleted_changes_nothing(session, shop, make_order):
    order = await make_order(updated_at=YESTERDAY)
    assert await shop.orders.restore_order(session, order.id) is order
    assert (order.version, order.updated_at) == (1, YESTERDAY)
    assert await stored(session, order, Order.version) == 1


async def test_deleting_leaves_the_stock_as_it_is(session, shop, make_order):
    order = await make_order()
    await shop.orders.delete_order(session, order.id)
    assert await session.scalar(select(Product.stock)) == 7
