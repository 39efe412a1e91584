"""Giving money back for what has come back, by a provider that may be slow, refuse, or be away."""

from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from shop.errors import Declined, Invalid
from shop.models import (
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
    Return,
    ReturnItem,
    ReturnStatus,
)
from shop.provider import PaymentProvider
from shop.services.constraints import savepoint
from shop.services.money import CENT
from shop.services.returns import locked_return, return_message

Sessions = async_sessionmaker[AsyncSession]


async def refund(sessions: Sessions, provider: PaymentProvider, return_id: int) -> Refund:
    """Pay out a received return, and mark it refunded. No transaction is open meanwhile.

    Raises NotFound, WrongStatus, Invalid for a return that is worth nothing and for an order that
    was never charged, Declined (the refund has failed, and the next try is another one), and
    ProviderDown: then the refund stays pending, and the next try asks again with its key, so that
    nothing is paid out twice. The sessions are made with expire_on_commit=False.
    """
    begun, charge = await _begin(sessions, return_id)
    try:
        reference = await provider.refund(
            charge=charge, amount=begun.amount, idempotency_key=f"refund-{begun.id}"
        )
    except Declined:
        async with sessions.begin() as session:
            failed = await session.get_one(Refund, begun.id, with_for_update=True)
            if failed.status is RefundStatus.PENDING:
                failed.status = RefundStatus.FAILED
        raise
    return await _pay_out(sessions, begun, reference)


def worth(one: Return) -> Decimal:
    """What is given back: the price that was paid, half of it for a damaged piece.

    The sum is rounded to whole cents, half a cent up. The items must be loaded.
    """
    total = sum((_worth(item) for item in one.items), start=Decimal())
    return total.quantize(CENT, ROUND_HALF_UP)


def _worth(item: ReturnItem) -> Decimal:
    return item.order_item.unit_price * (item.quantity - Decimal(item.damaged) / 2)


async def _begin(sessions: Sessions, return_id: int) -> tuple[Refund, str]:
    """The return's pending refund, committed, and the charge that it is for."""
    async with sessions.begin() as session:
        one = await locked_return(session, return_id, ReturnStatus.RECEIVED)
        captured = Payment.status == PaymentStatus.CAPTURED
        charge = await session.scalar(
            select(Payment.reference).where(Payment.order_id == one.order_id, captured)
        )
        if charge is None:
            raise Invalid(f"Order {one.order_id} was never charged, so nothing can be given back.")
        pending = Refund.status == RefundStatus.PENDING
        refund = await session.scalar(
            select(Refund).where(Refund.return_id == return_id, pending).order_by(Refund.id)
        )
        if refund is None:
            refund = Refund(return_id=return_id, amount=worth(one))
            nothing = Invalid(f"Return {return_id} is worth nothing: there is nothing to pay out.")
            async with savepoint(session, {"ck_refunds_amount_positive": nothing}):
                session.add(refund)
        return refund, charge


async def _pay_out(sessions: Sessions, begun: Refund, reference: str) -> Refund:
    """Record what was paid out, and tell the world."""
    async with sessions.begin() as session:
        one = await locked_return(session, begun.return_id, ReturnStatus.RECEIVED)
        refund = await session.get_one(Refund, begun.id, with_for_update=True)
        refund.status = RefundStatus.PAID_OUT
        refund.reference = reference
        one.status = ReturnStatus.REFUNDED
        message = return_message("return.refunded", one)
        message.payload["amount"] = str(refund.amount)
        session.add(message)
    return refund
