"""The recipe from before `join_transaction_mode`: an event opens a savepoint whenever one ends."""

from collections.abc import AsyncIterator

import pytest_asyncio
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Session, SessionTransaction


@pytest_asyncio.fixture(loop_scope="session")
async def session(connection: AsyncConnection) -> AsyncIterator[AsyncSession]:
    async with AsyncSession(bind=connection, expire_on_commit=False) as session:
        await connection.begin_nested()

        @event.listens_for(session.sync_session, "after_transaction_end")
        def open_savepoint(_session: Session, _transaction: SessionTransaction) -> None:
            sync = connection.sync_connection
            if sync and not sync.closed and not sync.in_nested_transaction():
                sync.begin_nested()

        yield session
