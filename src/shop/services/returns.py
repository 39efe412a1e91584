"""Returns: what customers of a shipped order send back, until it is on the shelf again."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NoReturn

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from shop.errors import Invalid, NotFound, TooLate, TooMany, WrongStatus
from shop.models import (
    Order,
    OrderItem,
    OrderStatus,
    OutboxMessage,
    Return,
    ReturnItem,
    ReturnStatus,
)
from shop.services.orders import no_order, require
from shop.services.pages import Slice, check_bounds, read_cursor, write_cursor
from shop.services.stock import Line, added_together, lock_products

WINDOW = timedelta(days=30)


async def request_return(
    session: AsyncSession, *, user_id: int, order_id: int, lines: Sequence[Line], reason: str = ""
) -> Return:
    """Ask to send back pieces of a shipped order, within 30 days after it was placed.

    Lines for the same product are added together. Raises NotFound for an order that is not the
    user's and for a product that is not in it, WrongStatus, TooLate, Invalid without lines or for
    a quantity below 1, and TooMany for more pieces than were ordered, without those of other
    returns that were not rejected; then nothing has changed.
    """
    quantities = added_together(lines)
    order = await _locked_order(session, user_id, order_id)
    require(order, OrderStatus.SHIPPED)
    if (await session.scalars(select(func.now()))).one() > order.placed_at + WINDOW:
        raise TooLate(f"Order {order_id} was placed more than {WINDOW.days} days ago.")
    items = {item.product_id: item for item in order.items}
    await _check_quantities(session, items, quantities)
    one = Return(
        order_id=order_id,
        reason=reason,
        items=[
            ReturnItem(order_item=items[product_id], quantity=quantity, damaged=0)
            for product_id, quantity in quantities.items()
        ],
    )
    session.add(one)
    await session.flush()
    session.add(return_message("return.requested", one))
    await session.flush()
    return await find_return(session, one.id)


async def _locked_order(session: AsyncSession, user_id: int, order_id: int) -> Order:
    """The user's order, which nobody else changes meanwhile, nor asks to return a part of."""
    query = (
        select(Order)
        .where(Order.id == order_id, Order.user_id == user_id, Order.deleted_at.is_(None))
        .options(selectinload(Order.items).selectinload(OrderItem.product))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    order = await session.scalar(query)
    if order is None:
        raise no_order(order_id)
    return order


async def _check_quantities(
    session: AsyncSession, items: Mapping[int, OrderItem], quantities: Mapping[int, int]
) -> None:
    if missing := quantities.keys() - items.keys():
        raise NotFound(f"There is no product {min(missing)} in this order.")
    returned = await _already_returned(session, [item.id for item in items.values()])
    for product_id, quantity in quantities.items():
        item = items[product_id]
        left = item.quantity - returned[item.id]
        if quantity > left:
            raise TooMany(f"Of {item.product.name}, {left} can be returned, not {quantity}.")


async def _already_returned(session: AsyncSession, item_ids: Sequence[int]) -> Counter[int]:
    """How many pieces of these items are in returns that were not rejected."""
    query = (
        select(ReturnItem)
        .join(ReturnItem.of_return)
        .where(ReturnItem.order_item_id.in_(item_ids), Return.status != ReturnStatus.REJECTED)
    )
    pieces: Counter[int] = Counter()
    for item in await session.scalars(query):
        pieces[item.order_item_id] += item.quantity
    return pieces


async def receive_return(
    session: AsyncSession, id: int, *, damaged: Mapping[int, int] | None = None
) -> Return:
    """The parcel is here: put its pieces back into the stock, but for the damaged ones.

    ``damaged`` says how many there are of each product. Raises NotFound, WrongStatus unless it is
    requested, and Invalid for more damaged pieces than were sent back, or fewer than none.
    """
    damaged = damaged or {}
    one = await locked_return(session, id, ReturnStatus.REQUESTED)
    items = {item.order_item.product_id: item for item in one.items}
    for product_id, pieces in damaged.items():
        sent = items[product_id].quantity if product_id in items else 0
        if not 0 <= pieces <= sent:
            raise Invalid(f"Of product {product_id}, {sent} came back: {pieces} can't be damaged.")
    one.status = ReturnStatus.RECEIVED
    products = await lock_products(session, items)
    for product_id, item in items.items():
        item.damaged = damaged.get(product_id, 0)
        products[product_id].stock += item.quantity - item.damaged
    await session.flush()
    return one


async def reject_return(session: AsyncSession, id: int, *, because: str) -> Return:
    """Refuse to take the pieces back; they may be asked for again.

    Raises NotFound, WrongStatus unless it is requested, and Invalid without a reason.
    """
    if not because.strip():
        raise Invalid("Say why the return is rejected: the customer will read it.")
    one = await locked_return(session, id, ReturnStatus.REQUESTED)
    one.status = ReturnStatus.REJECTED
    one.rejected_because = because
    session.add(return_message("return.rejected", one))
    await session.flush()
    return one


async def list_returns(
    session: AsyncSession,
    *,
    user_id: int | None = None,
    status: ReturnStatus | None = None,
    after: str | None = None,
    limit: int = 20,
) -> Slice[Return]:
    """Returns, the oldest first, from behind the cursor ``after``. Raises Invalid if it is broken.

    Slices don't overlap, also when returns are requested or change their status meanwhile.
    """
    check_bounds(limit)
    query = select(Return).order_by(Return.requested_at, Return.id).limit(limit + 1)
    if user_id is not None:
        query = query.join(Return.order).where(Order.user_id == user_id)
    if status is not None:
        query = query.where(Return.status == status)
    if after is not None:
        query = query.where(tuple_(Return.requested_at, Return.id) > tuple_(*read_cursor(after)))
    found = (await session.scalars(query)).all()
    items = tuple(found[:limit])
    more = len(found) > limit
    return Slice(items, write_cursor(items[-1].requested_at, items[-1].id) if more else None)


async def find_return(session: AsyncSession, id: int) -> Return:
    """The return with its items and their products. Raises NotFound."""
    return await session.scalar(with_items(id)) or _missing(id)


def with_items(id: int) -> Select[Return]:
    """The return of this id, its items, and their products."""
    items = selectinload(Return.items).selectinload(ReturnItem.order_item)
    return select(Return).where(Return.id == id).options(items.selectinload(OrderItem.product))


def return_message(topic: str, one: Return) -> OutboxMessage:
    """What the world is to hear of the return, to be added in the transaction that changes it."""
    return OutboxMessage(topic=topic, payload={"return_id": one.id, "order_id": one.order_id})


def require_status(one: Return, needed: ReturnStatus) -> None:
    """Raises WrongStatus if the return has another one."""
    if one.status is not needed:
        raise WrongStatus(f"Return {one.id} is {one.status}, not {needed}.")


async def locked_return(session: AsyncSession, id: int, needed: ReturnStatus) -> Return:
    """The return, which nobody else changes meanwhile. Raises NotFound, WrongStatus."""
    locked = with_items(id).with_for_update(of=Return)
    one = await session.scalar(locked.execution_options(populate_existing=True)) or _missing(id)
    require_status(one, needed)
    return one


def _missing(id: int) -> NoReturn:
    raise NotFound(f"There is no return {id}.")
