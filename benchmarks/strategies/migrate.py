"""Real commits; before each test `alembic upgrade head` as a command, after it `drop_all`.

The drop includes Alembic's own table: with `drop_all` alone the next upgrade would do nothing.
"""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

import shop.migrations
from nomocks.postgres import Database, Server

SETTINGS = Path(shop.migrations.__file__).with_name("alembic.ini")


@pytest.fixture(scope="session")
def database(server: Server) -> Iterator[Database]:
    with server.create_database() as database:
        yield database


@pytest_asyncio.fixture(loop_scope="session")
async def session(
    database: Database, engine: AsyncEngine, metadata: MetaData
) -> AsyncIterator[AsyncSession]:
    url = database.sync_url.render_as_string(hide_password=False)
    upgrade: list[str | Path] = [sys.executable, "-m", "alembic", "-c", SETTINGS]
    subprocess.run(
        [*upgrade, "upgrade", "head"], env=os.environ | {"DATABASE_URL": url}, check=True
    )
    async with AsyncSession(engine, expire_on_commit=False) as session:
        yield session
    async with engine.begin() as connection:
        await connection.run_sync(metadata.drop_all)
        await connection.exec_driver_sql("DROP TABLE alembic_version")
