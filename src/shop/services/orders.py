"""Orders, from placing to shipping. A deleted order keeps its row, but no service finds it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.exc import StaleDataError

from shop.errors import ChangedMeanwhile, NotFound, WrongStatus
from shop.models import Order, OrderItem, OrderStatus
from shop.services.constraints import savepoint
from shop.services.money import total_of as total_of
from shop.services.outbox import order_message
from shop.services.pages import Page, Slice, check_bounds, read_cursor, read_page, write_cursor
from shop.services.stock import Line as Line
from shop.services.stock import added_together, check_stock, lock_products

CANCELLABLE = (OrderStatus.PENDING, OrderStatus.PAID)


async def place_order(session: AsyncSession, *, user_id: int, lines: Sequence[Line]) -> Order:
    """Take the products from the stock, at their present prices.

    Lines for the same product are added together. Raises Invalid without lines or for a quantity
    below 1, NotFound for the user or a product, OutOfStock; then nothing has changed.
    """
    quantities = added_together(lines)
    products = await lock_products(session, quantities)
    check_stock(products, quantities)
    order = Order(
        user_id=user_id,
        items=[
            OrderItem(product=product, quantity=quantities[id], unit_price=product.price)
            for id, product in products.items()
        ],
    )
    no_user = NotFound(f"There is no user {user_id}.")
    async with savepoint(session, {"fk_orders_user_id": no_user}):
        session.add(order)
    for id, product in products.items():
        product.stock -= quantities[id]
    session.add(order_message("order.placed", order))
    await session.flush()
    return order


async def get_order(session: AsyncSession, id: int) -> Order | None:
    """The order with its items and their products loaded; none if it was deleted."""
    return await session.scalar(_with_items(id).where(Order.deleted_at.is_(None)))


async def find_order(session: AsyncSession, id: int) -> Order:
    """As `get_order`, but raises NotFound."""
    order = await get_order(session, id)
    if order is None:
        raise no_order(id)
    return order


async def list_orders(
    session: AsyncSession,
    *,
    user_id: int | None = None,
    status: OrderStatus | None = None,
    after: str | None = None,
    limit: int = 20,
) -> Slice[Order]:
    """Orders, the newest first, from behind the cursor `after`. Raises Invalid if that is broken.

    Slices don't overlap, also when orders are placed meanwhile.
    """
    check_bounds(limit)
    query = _listed(user_id, status).limit(limit + 1)
    if after is not None:
        query = query.where(tuple_(Order.placed_at, Order.id) < tuple_(*read_cursor(after)))
    found = (await session.scalars(query)).all()
    items = tuple(found[:limit])
    more = len(found) > limit
    return Slice(items, write_cursor(items[-1].placed_at, items[-1].id) if more else None)


async def page_of_orders(
    session: AsyncSession,
    *,
    user_id: int | None = None,
    status: OrderStatus | None = None,
    limit: int = 20,
    offset: int = 0,
) -> Page[Order]:
    """Orders, the newest first, and how many there are. An order placed meanwhile shifts pages."""
    return await read_page(session, _listed(user_id, status), limit=limit, offset=offset)


def _listed(user_id: int | None, status: OrderStatus | None) -> Select[Order]:
    query = select(Order).where(Order.deleted_at.is_(None))
    if user_id is not None:
        query = query.where(Order.user_id == user_id)
    if status is not None:
        query = query.where(Order.status == status)
    return query.order_by(Order.placed_at.desc(), Order.id.desc())


async def cancel_order(session: AsyncSession, id: int, *, version: int | None = None) -> Order:
    """Give the stock back; with a version, only if the order is still at that one.

    Raises NotFound, WrongStatus unless it is pending or paid, ChangedMeanwhile.
    """
    order = await find_order(session, id)
    if version not in (None, order.version):
        raise changed_meanwhile(id)
    require(order, *CANCELLABLE)
    async with _changing(session, order):
        order.status = OrderStatus.CANCELLED
        await session.flush()  # if the order is stale, this ends it before any stock is locked
        products = await lock_products(session, [item.product_id for item in order.items])
        for item in order.items:
            products[item.product_id].stock += item.quantity
        session.add(order_message("order.cancelled", order))
    return order


async def ship_order(session: AsyncSession, id: int) -> Order:
    """Raises NotFound, WrongStatus unless it is paid, ChangedMeanwhile."""
    order = await find_order(session, id)
    require(order, OrderStatus.PAID)
    async with _changing(session, order):
        order.status = OrderStatus.SHIPPED
    return order


async def delete_order(session: AsyncSession, id: int) -> Order:
    """Hide the order, whatever its status; its stock stays taken.

    Raises NotFound, ChangedMeanwhile.
    """
    order = await find_order(session, id)
    async with _changing(session, order):
        order.deleted_at = await session.scalar(select(func.now()))
    return order


async def restore_order(session: AsyncSession, id: int) -> Order:
    """Show a deleted order again; one that is not deleted stays as it is.

    Raises NotFound, ChangedMeanwhile.
    """
    order = await session.scalar(_with_items(id))
    if order is None:
        raise no_order(id)
    async with _changing(session, order):
        order.deleted_at = None
    return order


def require(order: Order, *allowed: OrderStatus) -> None:
    """Raises WrongStatus if the order has none of these."""
    if order.status not in allowed:
        raise WrongStatus(f"Order {order.id} is {order.status}, not {' or '.join(allowed)}.")


def _with_items(id: int) -> Select[Order]:
    items = selectinload(Order.items).selectinload(OrderItem.product)
    return select(Order).where(Order.id == id).options(items)


@asynccontextmanager
async def _changing(session: AsyncSession, order: Order) -> AsyncIterator[None]:
    """Flush what the block changes. Raises ChangedMeanwhile if the order's row has a new version.

    Either way the order is loaded afterwards, as it is in the database.
    """
    id = order.id
    try:
        async with session.begin_nested():
            yield
    except StaleDataError as error:
        await session.scalar(_with_items(id).execution_options(populate_existing=True))
        raise changed_meanwhile(id) from error
    await session.refresh(order, ["updated_at"])


def no_order(id: int) -> NotFound:
    return NotFound(f"There is no order {id}.")


def changed_meanwhile(id: int) -> ChangedMeanwhile:
    return ChangedMeanwhile(f"Order {id} has changed meanwhile: look at it again.")
