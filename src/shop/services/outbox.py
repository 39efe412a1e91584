"""Messages to the world outside, sent after the transaction that wrote them."""

from collections.abc import Awaitable, Callable

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from shop.models import Order, OutboxMessage
from shop.services.money import total_of


def order_message(topic: str, order: Order) -> OutboxMessage:
    """What the world is to hear of the order, to be added in the transaction that changes it."""
    total = str(total_of(order))
    return OutboxMessage(
        topic=topic, payload={"order_id": order.id, "user_id": order.user_id, "total": total}
    )


async def send_batch(
    sessions: async_sessionmaker[AsyncSession],
    deliver: Callable[[OutboxMessage], Awaitable[None]],
    *,
    limit: int = 10,
) -> int:
    """Deliver the oldest unsent messages in one transaction, and return how many were sent.

    Messages that another worker has in hand are left to it. One whose delivery raises stays
    unsent, with the error; `attempts` counts every try. A worker that dies leaves its whole batch
    unsent, so a message may be delivered more than once.
    """
    async with sessions.begin() as session:
        unsent = (
            select(OutboxMessage)
            .where(OutboxMessage.sent_at.is_(None))
            .order_by(OutboxMessage.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        now = await session.scalar(select(func.now()))
        sent = 0
        for message in (await session.scalars(unsent)).all():
            try:
                await deliver(message)
            except Exception as error:
                message.last_error = describe(error)
            else:
                message.sent_at = now
                sent += 1
            message.attempts += 1
    return sent


def describe(error: Exception) -> str:
    """The error as a text that PostgreSQL can store: without NUL, and of whole characters."""
    told = f"{type(error).__name__}: {error}".replace("\0", "\\0")
    return told.encode(errors="backslashreplace").decode()
