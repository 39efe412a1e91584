"""Paying for orders: each step a few statements that say what they expect to find."""

from decimal import Decimal

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from shop.errors import Declined, Invalid, WrongStatus
from shop.models import Order, OrderItem, OrderStatus, Payment, PaymentStatus
from shop.provider import PaymentProvider
from shop.services.constraints import savepoint
from shop.services.orders import no_order, require

Sessions = async_sessionmaker[AsyncSession]


async def pay(sessions: Sessions, provider: PaymentProvider, order_id: int) -> Payment:
    async with sessions.begin() as session:
        payment_id, amount = await _pending(session, order_id)
    try:
        reference = await provider.charge(amount=amount, idempotency_key=f"{order_id}/{payment_id}")
    except Declined:
        failed = update(Payment).where(
            Payment.id == payment_id, Payment.status == PaymentStatus.PENDING
        )
        async with sessions.begin() as session:
            await session.execute(failed.values(status=PaymentStatus.FAILED))
        raise
    async with sessions.begin() as session:
        payment, order = await _captured(session, order_id, payment_id, reference)
    require(order, OrderStatus.PAID)
    return payment


async def _pending(session: AsyncSession, order_id: int) -> tuple[int, Decimal]:
    """The id and the amount of the order's pending payment, which is made if there is none."""
    visible = select(Order).where(Order.id == order_id, Order.deleted_at.is_(None))
    order = await session.scalar(visible.with_for_update())
    if order is None:
        raise no_order(order_id)
    require(order, OrderStatus.PENDING)
    pending = select(Payment.id, Payment.amount).where(
        Payment.order_id == order_id, Payment.status == PaymentStatus.PENDING
    )
    begun = (await session.execute(pending.order_by(Payment.id).limit(1))).one_or_none()
    if begun is None:
        total = select(func.sum(OrderItem.total)).where(OrderItem.order_id == order_id)
        amount = await session.scalar(total) or Decimal("0.00")
        if amount <= 0:
            raise Invalid(f"Order {order_id} costs nothing, so there is nothing to pay.")
        added = insert(Payment).values(order_id=order_id, amount=amount)
        begun = (await session.execute(added.returning(Payment.id, Payment.amount))).one()
    return begun.id, begun.amount


async def _captured(
    session: AsyncSession, order_id: int, payment_id: int, reference: str
) -> tuple[Payment, Order]:
    """The payment, captured, and its order, which is paid if it still was pending."""
    already_paid = WrongStatus(f"Order {order_id} is already paid.")
    captured = (
        update(Payment)
        .where(Payment.id == payment_id, Payment.status != PaymentStatus.CAPTURED)
        .values(status=PaymentStatus.CAPTURED, reference=reference)
        .returning(Payment)
    )
    async with savepoint(session, {"uq_payments_captured_order": already_paid}):
        payment = (await session.scalars(captured)).one_or_none()
    if payment is None:
        raise already_paid
    paid = update(Order).where(Order.id == order_id, Order.status == OrderStatus.PENDING)
    await session.execute(paid.values(status=OrderStatus.PAID, version=Order.version + 1))
    return payment, await session.get_one(Order, order_id)
