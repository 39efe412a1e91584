"""Giving money back: the database does the sum, and each step says what it expects to find."""

from decimal import Decimal

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from shop.errors import Declined, Invalid
from shop.models import (
    OrderItem,
    OutboxMessage,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
    Return,
    ReturnItem,
    ReturnStatus,
)
from shop.otherwise.returns import find_return
from shop.provider import PaymentProvider
from shop.services.returns import require_status

Sessions = async_sessionmaker[AsyncSession]


async def refund(sessions: Sessions, provider: PaymentProvider, return_id: int) -> Refund:
    async with sessions.begin() as session:
        refund_id, amount, charge = await _pending(session, return_id)
    try:
        reference = await provider.refund(
            charge=charge, amount=amount, idempotency_key=f"{return_id}/{refund_id}"
        )
    except Declined:
        failed = update(Refund).where(Refund.id == refund_id, Refund.status == RefundStatus.PENDING)
        async with sessions.begin() as session:
            await session.execute(failed.values(status=RefundStatus.FAILED))
        raise
    async with sessions.begin() as session:
        return await _paid_out(session, return_id, refund_id, reference)


async def _pending(session: AsyncSession, return_id: int) -> tuple[int, Decimal, str]:
    """The pending refund of the return, which is made if there is none, and its charge."""
    one = await _received(session, return_id)
    charged = select(Payment.reference).filter_by(
        order_id=one.order_id, status=PaymentStatus.CAPTURED
    )
    charge = await session.scalar(charged)
    if charge is None:
        raise Invalid(f"There is no charge for order {one.order_id} to be given back.")
    pending = select(Refund.id, Refund.amount).filter_by(
        return_id=return_id, status=RefundStatus.PENDING
    )
    begun = (await session.execute(pending.order_by(Refund.id).limit(1))).one_or_none()
    if begun is None:
        amount = await _worth(session, return_id)
        if amount <= 0:
            raise Invalid(f"Nothing is to be paid out for return {return_id}.")
        added = insert(Refund).values(return_id=return_id, amount=amount)
        begun = (await session.execute(added.returning(Refund.id, Refund.amount))).one()
    return begun.id, begun.amount, charge


async def _received(session: AsyncSession, return_id: int) -> Return:
    await session.execute(select(Return.id).where(Return.id == return_id).with_for_update())
    one = await find_return(session, return_id)
    require_status(one, ReturnStatus.RECEIVED)
    return one


async def _worth(session: AsyncSession, return_id: int) -> Decimal:
    """PostgreSQL rounds a numeric half away from zero."""
    halves = 2 * ReturnItem.quantity - ReturnItem.damaged
    total = func.round(func.sum(OrderItem.unit_price * halves) / 2, 2)
    query = select(total).join(ReturnItem.order_item).where(ReturnItem.return_id == return_id)
    return await session.scalar(query) or Decimal()


async def _paid_out(
    session: AsyncSession, return_id: int, refund_id: int, reference: str
) -> Refund:
    one = await _received(session, return_id)
    paid_out = (
        update(Refund)
        .where(Refund.id == refund_id)
        .values(status=RefundStatus.PAID_OUT, reference=reference)
        .returning(Refund)
    )
    done = (await session.scalars(paid_out)).one()
    one.status = ReturnStatus.REFUNDED
    payload = {"return_id": one.id, "order_id": one.order_id, "amount": str(done.amount)}
    session.add(OutboxMessage(topic="return.refunded", payload=payload))
    return done
