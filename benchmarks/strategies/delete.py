"""Real commits; after each test one statement deletes the rows of all tables."""

from collections.abc import AsyncIterator

import pytest_asyncio
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession


@pytest_asyncio.fixture(loop_scope="session")
async def session(engine: AsyncEngine, metadata: MetaData) -> AsyncIterator[AsyncSession]:
    async with AsyncSession(engine, expire_on_commit=False) as session:
        yield session
    async with engine.begin() as connection:
        await connection.exec_driver_sql(delete_all(metadata))


def delete_all(metadata: MetaData) -> str:
    """Foreign keys are checked when the statement ends, so the tables' order is free."""
    deletes = [f"DELETE FROM {table.name}" for table in metadata.sorted_tables]
    parts = ", ".join(f"part{n} AS ({delete})" for n, delete in enumerate(deletes))
    return f"WITH {parts} SELECT"
