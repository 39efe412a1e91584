"""Paying for orders, by a provider that may be slow, refuse, or give no answer."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import selectinload

from shop.errors import Declined, Invalid, WrongStatus
from shop.models import Order, OrderStatus, Payment, PaymentStatus
from shop.provider import PaymentProvider
from shop.services.constraints import savepoint
from shop.services.orders import no_order, require, total_of

Sessions = async_sessionmaker[AsyncSession]


async def pay(sessions: Sessions, provider: PaymentProvider, order_id: int) -> Payment:
    """Charge for a pending order, and mark it paid. No transaction is open during the charge.

    Raises NotFound, WrongStatus, Invalid for an order that costs nothing, Declined (the payment
    has failed, and the next try is another payment), and ProviderDown: then the payment stays
    pending, and who pays next asks again with its key. Two that pay at once share one payment in
    the same way, so nobody is charged twice, and the later one hears WrongStatus. The sessions are
    made with expire_on_commit=False.
    """
    payment = await _begin(sessions, order_id)
    try:
        reference = await provider.charge(amount=payment.amount, idempotency_key=key_of(payment))
    except Declined:
        await _fail(sessions, payment.id)
        raise
    return await _capture(sessions, payment, reference)


def key_of(payment: Payment) -> str:
    """What tells the provider that two requests are for one charge."""
    return f"payment-{payment.id}"


async def _begin(sessions: Sessions, order_id: int) -> Payment:
    """The order's pending payment, committed: the one there is, else a new one."""
    async with sessions.begin() as session:
        items = selectinload(Order.items)
        order = await session.get(Order, order_id, options=[items], with_for_update=True)
        if order is None or order.deleted_at is not None:
            raise no_order(order_id)
        require(order, OrderStatus.PENDING)
        pending = Payment.status == PaymentStatus.PENDING
        payment = await session.scalar(
            select(Payment).where(Payment.order_id == order_id, pending).order_by(Payment.id)
        )
        if payment is None:
            payment = Payment(order_id=order_id, amount=total_of(order))
            free = Invalid(f"Order {order_id} costs nothing, so there is nothing to pay.")
            async with savepoint(session, {"ck_payments_amount_positive": free}):
                session.add(payment)
        return payment


async def _fail(sessions: Sessions, payment_id: int) -> None:
    async with sessions.begin() as session:
        payment = await session.get_one(Payment, payment_id, with_for_update=True)
        if payment.status is PaymentStatus.PENDING:
            payment.status = PaymentStatus.FAILED


async def _capture(sessions: Sessions, begun: Payment, reference: str) -> Payment:
    """Record the charge, and that the order is paid.

    If the order was cancelled or deleted during the charge, the charge is recorded all the same:
    the money was taken and has to be given back.
    """
    already_paid = WrongStatus(f"Order {begun.order_id} is already paid.")
    async with sessions.begin() as session:
        order = await session.get_one(Order, begun.order_id, with_for_update=True)
        payment = await session.get_one(Payment, begun.id, with_for_update=True)
        async with savepoint(session, {"uq_payments_captured_order": already_paid}):
            payment.status = PaymentStatus.CAPTURED
            payment.reference = reference
        payable = order.status is OrderStatus.PENDING
        if payable:
            order.status = OrderStatus.PAID
    if not payable:
        require(order, OrderStatus.PENDING)
    return payment
