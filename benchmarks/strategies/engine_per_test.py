"""Savepoints, but a new engine for each test: every test connects anew."""

from collections.abc import AsyncIterator

import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from nomocks.postgres import Database


@pytest_asyncio.fixture(loop_scope="session")
async def engine(database: Database) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(database.url)
    yield engine
    await engine.dispose()
