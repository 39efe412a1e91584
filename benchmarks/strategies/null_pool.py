"""Savepoints, but an engine without a pool: one engine, and every test connects anew."""

from collections.abc import AsyncIterator

import pytest_asyncio
from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from nomocks.postgres import Database


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def engine(database: Database) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(database.url, poolclass=NullPool)
    yield engine
    await engine.dispose()
