"""The reference: chapter 4's savepoint fixture, written by hand, and what it stands on.

Of the toolkit it takes a server and a clone, and nothing of its plugin. Strategies written by hand
replace parts of it.
"""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from nomocks.postgres import Database, Server, get_server
from nomocks.testing.databases import template_of
from shop.models import Base


@pytest.fixture(scope="session")
def server() -> Server:
    return get_server()


@pytest.fixture(scope="session")
def metadata() -> MetaData:
    return Base.metadata


@pytest.fixture(scope="session")
def database(server: Server, metadata: MetaData) -> Iterator[Database]:
    with server.create_database(template=template_of(server, metadata)) as database:
        yield database


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def engine(database: Database) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(database.url)
    yield engine
    await engine.dispose()


@pytest_asyncio.fixture(loop_scope="session")
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with engine.connect() as connection:
        outer = await connection.begin()
        yield connection
        await outer.rollback()


@pytest_asyncio.fixture(loop_scope="session")
async def session(connection: AsyncConnection) -> AsyncIterator[AsyncSession]:
    async with AsyncSession(
        bind=connection, join_transaction_mode="create_savepoint", expire_on_commit=False
    ) as session:
        yield session
