"""SQLite in memory at its best: the tables made once, and each test rolled back."""

from collections.abc import AsyncIterator

import pytest_asyncio
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.sqlite import in_memory


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def engine(metadata: MetaData) -> AsyncIterator[AsyncEngine]:
    engine = in_memory()
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield engine
    await engine.dispose()
