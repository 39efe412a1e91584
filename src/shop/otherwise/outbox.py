"""Messages to the world outside: what became of a batch is written at its end."""

from collections.abc import Awaitable, Callable

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from shop.models import OutboxMessage
from shop.services.outbox import describe


async def send_batch(
    sessions: async_sessionmaker[AsyncSession],
    deliver: Callable[[OutboxMessage], Awaitable[None]],
    *,
    limit: int = 10,
) -> int:
    sent: list[int] = []
    failed: list[dict[str, object]] = []
    unsent = select(OutboxMessage).filter_by(sent_at=None).order_by(OutboxMessage.id).limit(limit)
    async with sessions.begin() as session:
        for message in (await session.scalars(unsent.with_for_update(skip_locked=True))).all():
            id, attempts = message.id, message.attempts + 1
            try:
                await deliver(message)
            except Exception as error:
                failed.append({"id": id, "attempts": attempts, "last_error": describe(error)})
            else:
                sent.append(id)
        done = update(OutboxMessage).where(OutboxMessage.id.in_(sent))
        await session.execute(
            done.values(sent_at=func.now(), attempts=OutboxMessage.attempts + 1),
            execution_options={"synchronize_session": False},
        )
        if failed:
            await session.execute(update(OutboxMessage), failed)
    return len(sent)
