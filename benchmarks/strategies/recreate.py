"""Real commits; `create_all` before each test and `drop_all` after it."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from nomocks.postgres import Database, Server


@pytest.fixture(scope="session")
def database(server: Server) -> Iterator[Database]:
    with server.create_database() as database:
        yield database


@pytest_asyncio.fixture(loop_scope="session")
async def session(engine: AsyncEngine, metadata: MetaData) -> AsyncIterator[AsyncSession]:
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    async with AsyncSession(engine, expire_on_commit=False) as session:
        yield session
    async with engine.begin() as connection:
        await connection.run_sync(metadata.drop_all)
