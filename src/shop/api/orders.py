"""A user's own orders."""

from fastapi import APIRouter, status

from shop.api.dependencies import CurrentUser, OwnOrder, Provider, Session, Sessions
from shop.api.schemas import (
    Cancellation,
    ItemOut,
    Limit,
    NewOrder,
    OrderOut,
    OrderWithItems,
    PaymentOut,
    SliceOut,
)
from shop.models import Order, Payment
from shop.services import orders, payments
from shop.services.orders import Line
from shop.services.pages import Slice

router = APIRouter(prefix="/orders", tags=["orders"])


def with_items(order: Order) -> OrderWithItems:
    return OrderWithItems(
        **OrderOut.model_validate(order).model_dump(),
        items=[
            ItemOut.model_validate(item)
            for item in sorted(order.items, key=lambda item: item.product_id)
        ],
        total=orders.total_of(order),
    )


@router.post("", status_code=status.HTTP_201_CREATED)
async def place_order(new: NewOrder, user: CurrentUser, session: Session) -> OrderWithItems:
    lines = [Line(line.product_id, line.quantity) for line in new.lines]
    return with_items(await orders.place_order(session, user_id=user.id, lines=lines))


@router.get("", response_model=SliceOut[OrderOut])
async def list_orders(
    user: CurrentUser, session: Session, after: str | None = None, limit: Limit = 20
) -> Slice[Order]:
    return await orders.list_orders(session, user_id=user.id, after=after, limit=limit)


@router.get("/{id}")
async def get_order(order: OwnOrder) -> OrderWithItems:
    return with_items(order)


@router.post("/{id}/cancel", response_model=OrderOut)
async def cancel_order(
    order: OwnOrder, session: Session, seen: Cancellation | None = None
) -> Order:
    return await orders.cancel_order(session, order.id, version=seen.version if seen else None)


@router.post("/{id}/pay", response_model=PaymentOut)
async def pay_order(
    order: OwnOrder, session: Session, sessions: Sessions, provider: Provider
) -> Payment:
    await session.commit()  # no transaction stays open while the provider takes its time
    return await payments.pay(sessions, provider, order.id)


@router.delete("/{id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_order(order: OwnOrder, session: Session) -> None:
    await orders.delete_order(session, order.id)
