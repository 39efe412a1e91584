"""The fixtures of a forked test process: the database that was made for it, and no caches."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from nomocks.postgres import Database

DATABASE = pytest.StashKey[URL]()
# A statement that was prepared on one variant of the schema is wrong on the next.
NO_CACHES = {"statement_cache_size": 0, "prepared_statement_cache_size": 0}


@pytest.fixture(scope="session")
def database(pytestconfig: pytest.Config) -> Database:
    """The database that was made for this process."""
    url = pytestconfig.stash[DATABASE]
    return Database(str(url.database), url, url)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def engine(database: Database) -> AsyncIterator[AsyncEngine]:
    """An engine that prepares each statement anew."""
    engine = create_async_engine(database.url, connect_args=NO_CACHES)
    yield engine
    await engine.dispose()
