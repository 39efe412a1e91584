"""An outer transaction that is rolled back, without savepoints: a commit does nothing.

Code under test that rolls back takes all rows of the test with it.
"""

from collections.abc import AsyncIterator

import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession


@pytest_asyncio.fixture(loop_scope="session")
async def session(connection: AsyncConnection) -> AsyncIterator[AsyncSession]:
    async with AsyncSession(
        bind=connection, join_transaction_mode="rollback_only", expire_on_commit=False
    ) as session:
        yield session
