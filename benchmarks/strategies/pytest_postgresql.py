"""pytest-postgresql on our server, as its documentation has it: a database a test, cloned.

`postgresql_noproc` loads the tables into a template once; `postgresql` clones it for each test and
connects to the clone, and the session takes its place from there.
"""

import os
from collections.abc import AsyncIterator

import psycopg
import pytest_asyncio
from pytest_postgresql.factories import postgresql as postgresql_client
from pytest_postgresql.factories import postgresql_noproc as existing_postgresql
from sqlalchemy import URL, NullPool, create_engine
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from nomocks.postgres import get_server
from shop.models import Base

SERVER = get_server().url


def load_tables(host: str, port: int, dbname: str, **_: object) -> None:
    engine = create_engine(database_url("postgresql+psycopg", host, port, dbname))
    Base.metadata.create_all(engine)
    engine.dispose()


def database_url(driver: str, host: str, port: int, name: str) -> URL:
    """Its fixtures know one host, which may be the folder of a socket."""
    return URL.create(
        driver,
        username=SERVER.username,
        password=SERVER.password,
        port=port,
        database=name,
        query={"host": host},
    )


postgresql_noproc = existing_postgresql(
    host=SERVER.host or str(SERVER.query["host"]),
    port=SERVER.port or 5432,
    user=SERVER.username,
    password=SERVER.password,
    dbname=f"pytest_postgresql_{os.getpid()}",  # others may be measuring on the same server
    maintenance_dbname=SERVER.database,
    load=[load_tables],
)
postgresql = postgresql_client("postgresql_noproc")


@pytest_asyncio.fixture(loop_scope="session")
async def session(postgresql: psycopg.Connection) -> AsyncIterator[AsyncSession]:
    info = postgresql.info
    engine = create_async_engine(
        database_url("postgresql+asyncpg", info.host, info.port, info.dbname), poolclass=NullPool
    )
    async with AsyncSession(engine, expire_on_commit=False) as session:
        yield session
    await engine.dispose()
