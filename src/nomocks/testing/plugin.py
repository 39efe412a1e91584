"""The pytest plugin of the course: a server, an engine, and a session that is rolled back.

Each fixture asks for the one before it, so a test module replaces any of them by defining a fixture
of the same name::

    server -> metadata -> database -> engine -> connection -> session
"""

from collections.abc import AsyncIterator
from importlib import import_module
from operator import attrgetter
from typing import cast

import pytest
import pytest_asyncio
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from nomocks.postgres import Database, Server, get_server
from nomocks.testing.databases import process_database
from nomocks.testing.variant import Variant


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(
        "nomocks_metadata",
        "the MetaData under test, as module:attribute (shop.models:Base.metadata)",
        default="shop.models:Base.metadata",
    )


@pytest.fixture(scope="session")
def server() -> Server:
    """The PostgreSQL that this machine shares; started if it does not run yet."""
    return get_server()


@pytest.fixture(scope="session")
def metadata(pytestconfig: pytest.Config) -> MetaData:
    """The tables under test, named by the setting ``nomocks_metadata``."""
    module, _, attribute = str(pytestconfig.getini("nomocks_metadata")).partition(":")
    return cast(MetaData, attrgetter(attribute)(import_module(module)))


@pytest.fixture(scope="session")
def database(server: Server, metadata: MetaData) -> Database:
    """A database of this process alone that holds the tables of ``metadata``."""
    return process_database(server, metadata)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def engine(database: Database) -> AsyncIterator[AsyncEngine]:
    """One engine for the whole test session, disposed at its end."""
    engine = create_async_engine(database.url)
    yield engine
    await engine.dispose()


@pytest.fixture
def variant() -> Variant | None:
    """A changed schema to test against; none, unless the tests are run over variants."""
    return None


@pytest_asyncio.fixture(loop_scope="session")
async def connection(
    engine: AsyncEngine, variant: Variant | None
) -> AsyncIterator[AsyncConnection]:
    """A connection inside a transaction that is rolled back, with all that the test did in it.

    The DDL of a variant runs inside the same transaction, so it goes the same way.
    """
    async with engine.connect() as connection:
        transaction = await connection.begin()
        for statement in variant.statements if variant else ():
            await connection.exec_driver_sql(statement)
        yield connection
        await transaction.rollback()


@pytest_asyncio.fixture(loop_scope="session")
async def session(connection: AsyncConnection) -> AsyncIterator[AsyncSession]:
    """A session whose commit releases a savepoint, so code under test may commit and roll back."""
    async with AsyncSession(
        bind=connection, join_transaction_mode="create_savepoint", expire_on_commit=False
    ) as session:
        yield session
