"""The recipe from before `join_transaction_mode`: an event opens a savepoint whenever one ends.

In mode `control_fully` the session takes over the savepoint that it finds, as all sessions once
did. In the default mode it makes its own, and the listener would have nothing to do.
"""

from collections.abc import AsyncIterator

import pytest_asyncio
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Session, SessionTransaction


@pytest_asyncio.fixture(loop_scope="session")
async def session(connection: AsyncConnection) -> AsyncIterator[AsyncSession]:
    await connection.begin_nested()
    session = AsyncSession(
        bind=connection, join_transaction_mode="control_fully", expire_on_commit=False
    )

    @event.listens_for(session.sync_session, "after_transaction_end")
    def open_savepoint(_session: Session, _transaction: SessionTransaction) -> None:
        sync = connection.sync_connection
        if sync and not sync.closed and not sync.in_nested_transaction():
            sync.begin_nested()

    async with session:
        yield session
