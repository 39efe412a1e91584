"""Returns: SQL that counts and changes, in place of objects that do."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Integer, and_, column, func, or_, select, update, values
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from shop.errors import Invalid, NotFound, TooLate, TooMany
from shop.models import (
    Order,
    OrderItem,
    OrderStatus,
    OutboxMessage,
    Product,
    Return,
    ReturnItem,
    ReturnStatus,
)
from shop.services.orders import no_order, require
from shop.services.pages import Slice, check_bounds, read_cursor, write_cursor
from shop.services.returns import WINDOW, require_status
from shop.services.stock import Line, added_together

FRESH = {"populate_existing": True, "synchronize_session": False}


async def request_return(
    session: AsyncSession, *, user_id: int, order_id: int, lines: Sequence[Line], reason: str = ""
) -> Return:
    quantities = added_together(lines)
    in_time = (Order.placed_at + WINDOW >= func.now()).label("in_time")
    theirs = (Order.id == order_id) & (Order.user_id == user_id) & Order.deleted_at.is_(None)
    asked = select(Order, in_time).where(theirs).with_for_update(of=Order)
    found = (await session.execute(asked)).one_or_none()
    if found is None:
        raise no_order(order_id)
    require(found.Order, OrderStatus.SHIPPED)
    if not found.in_time:
        raise TooLate(f"Order {order_id} was placed more than {WINDOW.days} days ago.")
    left = await _left(session, order_id)
    for product_id, quantity in quantities.items():
        if product_id not in left:
            raise NotFound(f"There is no product {product_id} in this order.")
        if quantity > left[product_id][1]:
            raise TooMany(f"Of product {product_id}, {left[product_id][1]} can be returned.")
    added = insert(Return).values(order_id=order_id, reason=reason).returning(Return.id)
    id = (await session.scalars(added)).one()
    rows = [
        {"return_id": id, "order_item_id": left[product_id][0], "quantity": quantity}
        for product_id, quantity in quantities.items()
    ]
    await session.execute(insert(ReturnItem), rows)
    await _announce(session, "return.requested", id, order_id)
    return await find_return(session, id)


async def _left(session: AsyncSession, order_id: int) -> dict[int, tuple[int, int]]:
    """For each product of the order, its item and how many pieces can still be returned."""
    sent_back = func.coalesce(
        func.sum(ReturnItem.quantity).filter(Return.status != ReturnStatus.REJECTED), 0
    )
    query = (
        select(OrderItem.product_id, OrderItem.id, OrderItem.quantity - sent_back)
        .outerjoin(ReturnItem, ReturnItem.order_item_id == OrderItem.id)
        .outerjoin(Return, Return.id == ReturnItem.return_id)
        .where(OrderItem.order_id == order_id)
        .group_by(OrderItem.id)
    )
    return {product: (item, left) for product, item, left in await session.execute(query)}


async def receive_return(
    session: AsyncSession, id: int, *, damaged: Mapping[int, int] | None = None
) -> Return:
    one = await _locked_return(session, id)
    sent = {item.order_item.product_id: item.quantity for item in one.items}
    counted = dict.fromkeys(sent, 0) | dict(damaged or {})
    for product_id, pieces in counted.items():
        if pieces < 0 or pieces > sent.get(product_id, 0):
            raise Invalid(f"{pieces} damaged pieces of product {product_id} did not come back.")
    table = values(column("product_id", Integer), column("pieces", Integer), name="counted")
    table = table.data(list(counted.items()))
    noted = (
        update(ReturnItem)
        .where(ReturnItem.return_id == id, ReturnItem.order_item_id == OrderItem.id)
        .where(OrderItem.product_id == table.c.product_id)
        .values(damaged=table.c.pieces)
    )
    await session.execute(noted, execution_options={"synchronize_session": False})
    locked = select(Product.id).where(Product.id.in_(sent)).order_by(Product.id).with_for_update()
    await session.execute(locked)
    items = select(OrderItem.product_id, ReturnItem.quantity - ReturnItem.damaged)
    items = items.join(ReturnItem.order_item).where(ReturnItem.return_id == id)
    back = items.subquery("back")
    shelved = update(Product).where(Product.id == back.c.product_id)
    shelved = shelved.values(stock=Product.stock + back.c[1])
    (await session.scalars(shelved.returning(Product), execution_options=FRESH)).all()
    return await _change(session, id, status=ReturnStatus.RECEIVED)


async def reject_return(session: AsyncSession, id: int, *, because: str) -> Return:
    if because == "" or because.isspace():
        raise Invalid("A return is rejected for a reason.")
    one = await _locked_return(session, id)
    await _announce(session, "return.rejected", id, one.order_id)
    return await _change(session, id, status=ReturnStatus.REJECTED, rejected_because=because)


async def list_returns(
    session: AsyncSession,
    *,
    user_id: int | None = None,
    status: ReturnStatus | None = None,
    after: str | None = None,
    limit: int = 20,
) -> Slice[Return]:
    check_bounds(limit)
    query = select(Return).order_by(Return.requested_at.asc(), Return.id.asc())
    if user_id is not None:
        theirs = select(Order.id).where(Order.user_id == user_id)
        query = query.where(Return.order_id.in_(theirs))
    if status is not None:
        query = query.filter_by(status=status)
    if after is not None:
        moment, id = read_cursor(after)
        same_moment = and_(Return.requested_at == moment, Return.id > id)
        query = query.where(or_(Return.requested_at > moment, same_moment))
    found = (await session.scalars(query.limit(limit + 1))).all()
    if len(found) <= limit:
        return Slice(tuple(found), None)
    last = found[limit - 1]
    return Slice(tuple(found[:limit]), write_cursor(last.requested_at, last.id))


async def find_return(session: AsyncSession, id: int) -> Return:
    items = joinedload(Return.items).joinedload(ReturnItem.order_item)
    query = select(Return).where(Return.id == id).options(items.joinedload(OrderItem.product))
    found = (await session.scalars(query, execution_options=FRESH)).unique().one_or_none()
    if found is None:
        raise NotFound(f"There is no return {id}.")
    return found


async def _locked_return(session: AsyncSession, id: int) -> Return:
    """A requested return, which nobody else changes meanwhile."""
    await session.execute(select(Return.id).where(Return.id == id).with_for_update())
    one = await find_return(session, id)
    require_status(one, ReturnStatus.REQUESTED)
    return one


async def _change(session: AsyncSession, id: int, **columns: object) -> Return:
    changed = update(Return).where(Return.id == id).values(**columns)
    await session.execute(changed, execution_options={"synchronize_session": False})
    return await find_return(session, id)


async def _announce(session: AsyncSession, topic: str, id: int, order_id: int) -> None:
    payload = {"return_id": id, "order_id": order_id}
    await session.execute(insert(OutboxMessage).values(topic=topic, payload=payload))
