"""Real commits, in a database of the test's own, cloned from a template and dropped after it."""

from collections.abc import AsyncIterator

import pytest_asyncio
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from nomocks.postgres import Server
from nomocks.testing.databases import template_of


@pytest_asyncio.fixture(loop_scope="session")
async def session(server: Server, metadata: MetaData) -> AsyncIterator[AsyncSession]:
    with server.create_database(template=template_of(server, metadata)) as database:
        engine = create_async_engine(database.url)
        async with AsyncSession(engine, expire_on_commit=False) as session:
            yield session
        await engine.dispose()
