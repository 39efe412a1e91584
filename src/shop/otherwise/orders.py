"""Orders: one statement for all lines, and changes that name the version they are meant for."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, Select, and_, column, func, literal, or_, select, update, values
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from shop.errors import NotFound
from shop.models import Order, OrderItem, OrderStatus, Product
from shop.otherwise.pages import counted_page
from shop.services.constraints import savepoint
from shop.services.money import total_of as total_of
from shop.services.orders import CANCELLABLE, changed_meanwhile, no_order, require
from shop.services.outbox import order_message
from shop.services.pages import Page, Slice, check_bounds, read_cursor, write_cursor
from shop.services.stock import Line as Line
from shop.services.stock import added_together, check_stock

FRESH = {"populate_existing": True, "synchronize_session": False}


async def place_order(session: AsyncSession, *, user_id: int, lines: Sequence[Line]) -> Order:
    quantities = added_together(lines)
    in_order = select(Product).where(Product.id.in_(quantities)).order_by(Product.id)
    locked = in_order.with_only_columns(Product.id, Product.name, Product.stock).with_for_update()
    left: dict[int, Any] = {row.id: row for row in await session.execute(locked)}
    check_stock(left, quantities)

    placed = insert(Order).values(user_id=user_id).returning(Order.id)
    no_user = NotFound(f"There is no user {user_id}.")
    async with savepoint(session, {"fk_orders_user_id": no_user}):
        order_id = (await session.scalars(placed)).one()

    wanted = values(column("id", Integer), column("quantity", Integer), name="wanted").data(
        list(quantities.items())
    )
    columns = select(literal(order_id), Product.id, wanted.c.quantity, Product.price)
    items = insert(OrderItem).from_select(
        ["order_id", "product_id", "quantity", "unit_price"],
        columns.join(wanted, wanted.c.id == Product.id),
    )
    await session.execute(items)
    taken = update(Product).where(Product.id == wanted.c.id)
    taken = taken.values(stock=Product.stock - wanted.c.quantity)
    (await session.scalars(taken.returning(Product), execution_options=FRESH)).all()
    order = await find_order(session, order_id)
    await _announce(session, "order.placed", order)
    return order


async def _announce(session: AsyncSession, topic: str, order: Order) -> None:
    session.add(order_message(topic, order))
    await session.flush()


def _with_items(id: int) -> Select[Order]:
    items = joinedload(Order.items).joinedload(OrderItem.product)
    return select(Order).where(Order.id == id).options(items)


async def get_order(session: AsyncSession, id: int) -> Order | None:
    found = await session.scalars(_with_items(id).where(Order.deleted_at.is_(None)))
    return found.unique().one_or_none()


async def find_order(session: AsyncSession, id: int) -> Order:
    if order := await get_order(session, id):
        return order
    raise no_order(id)


async def list_orders(
    session: AsyncSession,
    *,
    user_id: int | None = None,
    status: OrderStatus | None = None,
    after: str | None = None,
    limit: int = 20,
) -> Slice[Order]:
    check_bounds(limit)
    query = _listed(user_id, status)
    if after is not None:
        placed_at, id = read_cursor(after)
        same_moment = and_(Order.placed_at == placed_at, Order.id < id)
        query = query.where(or_(Order.placed_at < placed_at, same_moment))
    found = (await session.scalars(query.limit(limit + 1))).all()
    if len(found) <= limit:
        return Slice(tuple(found), None)
    last = found[limit - 1]
    return Slice(tuple(found[:limit]), write_cursor(last.placed_at, last.id))


async def page_of_orders(
    session: AsyncSession,
    *,
    user_id: int | None = None,
    status: OrderStatus | None = None,
    limit: int = 20,
    offset: int = 0,
) -> Page[Order]:
    return await counted_page(session, _listed(user_id, status), limit=limit, offset=offset)


def _listed(user_id: int | None, status: OrderStatus | None) -> Select[Order]:
    wanted = {"user_id": user_id, "status": status}
    given = {name: value for name, value in wanted.items() if value is not None}
    query = select(Order).filter_by(deleted_at=None, **given)
    return query.order_by(Order.placed_at.desc(), Order.id.desc())


async def cancel_order(session: AsyncSession, id: int, *, version: int | None = None) -> Order:
    order = await find_order(session, id)
    if version is not None and version != order.version:
        raise changed_meanwhile(id)
    require(order, *CANCELLABLE)
    order = await _change(session, order, status=OrderStatus.CANCELLED)
    items = select(OrderItem.product_id).where(OrderItem.order_id == id)
    locked = select(Product.id).where(Product.id.in_(items)).order_by(Product.id).with_for_update()
    await session.execute(locked)
    returned = update(Product).where(Product.id == OrderItem.product_id, OrderItem.order_id == id)
    returned = returned.values(stock=Product.stock + OrderItem.quantity)
    (await session.scalars(returned.returning(Product), execution_options=FRESH)).all()
    await _announce(session, "order.cancelled", order)
    return order


async def ship_order(session: AsyncSession, id: int) -> Order:
    order = await find_order(session, id)
    require(order, OrderStatus.PAID)
    return await _change(session, order, status=OrderStatus.SHIPPED)


async def delete_order(session: AsyncSession, id: int) -> Order:
    return await _change(session, await find_order(session, id), deleted_at=func.now())


async def restore_order(session: AsyncSession, id: int) -> Order:
    order = (await session.scalars(_with_items(id))).unique().one_or_none()
    if order is None:
        raise no_order(id)
    return order if order.deleted_at is None else await _change(session, order, deleted_at=None)


async def _change(session: AsyncSession, order: Order, **columns: Any) -> Order:
    """Change the order's row if it still has the version that the session has read."""
    id, version = order.id, order.version
    changed = update(Order).where(Order.id == id, Order.version == version)
    changed = changed.values(version=version + 1, **columns)
    hit = await session.scalar(
        changed.returning(Order.id), execution_options={"synchronize_session": False}
    )
    read_again = _with_items(id).execution_options(populate_existing=True)
    now = (await session.scalars(read_again)).unique().one_or_none()
    if hit is None or now is None:
        raise changed_meanwhile(id)
    return now
