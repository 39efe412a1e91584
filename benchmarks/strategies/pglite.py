"""py-pglite, as its documentation has it: PostgreSQL in WebAssembly, tables emptied before a test.

Once a run it installs its package by npm and starts Node. It is no dependency of ours, as its
plugin would load into every run of pytest, so it is measured where it lies beside them::

    pip install --no-deps --target FOLDER py-pglite
    PYTHONPATH=FOLDER python -m benchmarks isolation
"""

import pytest
import pytest_asyncio
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def tables(pglite_async_engine: AsyncEngine, metadata: MetaData) -> None:
    async with pglite_async_engine.begin() as connection:
        await connection.run_sync(metadata.create_all)


@pytest.fixture
def session(tables: None, pglite_async_session: AsyncSession) -> AsyncSession:  # noqa: ARG001
    return pglite_async_session
