"""The fixtures of a suite on its own; the cheat sheet shows them."""

import os

import pytest
from alembic import command
from alembic.config import Config
from httpx import ASGITransport, AsyncClient
from shop.api import create_app, get_sessions
from sqlalchemy import event, make_url
from sqlalchemy.ext.asyncio import (
    async_sessionmaker,
    create_async_engine,
)
from testcontainers.community.postgres import PostgresContainer

INI = os.environ["ALEMBIC_INI"]


@pytest.fixture(scope="session")
def url():
    if url := os.environ.get("TEST_DATABASE_URL"):  # in CI
        yield make_url(url).set(drivername="postgresql+asyncpg")
    else:  # the version that production has
        with PostgresContainer("postgres:18", driver="asyncpg") as pg:
            yield make_url(pg.get_connection_url())


@pytest.fixture(scope="session")
def migrated(url):
    config = Config(INI)
    config.attributes["url"] = url
    command.upgrade(config, "head")
    command.downgrade(config, "base")  # is there a way back?
    command.upgrade(config, "head")
    return url


@pytest.fixture(scope="session")
async def engine(migrated):
    engine = create_async_engine(migrated)
    yield engine
    await engine.dispose()


@pytest.fixture
async def connection(engine):
    async with engine.connect() as connection:
        outer = await connection.begin()
        yield connection
        await outer.rollback()


@pytest.fixture
def sessions(connection):
    return async_sessionmaker(
        connection,
        expire_on_commit=False,
        join_transaction_mode="create_savepoint",
    )


@pytest.fixture
async def session(sessions):
    async with sessions() as session:
        yield session


@pytest.fixture
async def client(sessions):
    app = create_app()
    app.dependency_overrides[get_sessions] = lambda: sessions
    try:
        async with (
            app.router.lifespan_context(app),
            AsyncClient(
                transport=ASGITransport(app),
                base_url="http://test",
            ) as client,
        ):
            yield client
    finally:
        app.dependency_overrides.clear()


@pytest.fixture
def statements(engine):
    sent = []

    def note(*event):
        sent.append(event[2])  # the statement

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine.sync_engine, "before_cursor_execute", note)
