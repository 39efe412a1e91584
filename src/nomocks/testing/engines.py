"""The engines that tests share, one for each database and event loop."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import URL, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from nomocks.postgres import Database
from nomocks.testing.async_fixtures import (
    async_fixture,
    require_asyncio,
    require_loop_of_session,
    runs_on_anyio,
)
from nomocks.testing.isolation import Isolation
from nomocks.testing.leaks import NamingPool
from nomocks.testing.tasks import end_tasks
from nomocks.testing.variant import Variant

POOL_TIMEOUT = 5.0  # seconds to wait for a connection; nobody else will give one back
SIGNS_OF_SHARING = re.compile(r"another operation is in progress|savepoint .* does not exist")
AT_ONCE = (
    "Several sessions or tasks used one connection at once, as those of a test do under the "
    'isolation rollback: mark the test @pytest.mark.isolation("delete"), and give each a session.'
)
# A statement that was prepared on one variant of the schema is wrong on the next.
WITHOUT_CACHES = {"statement_cache_size": 0, "prepared_statement_cache_size": 0}
Engines = dict[tuple[str, bool], AsyncEngine]  # by database, and whether its schema is changed


def new_engine(url: URL, **options: Any) -> AsyncEngine:
    """An engine whose errors say what tests do wrong."""
    options = {"poolclass": NamingPool, "pool_timeout": POOL_TIMEOUT} | options
    engine = create_async_engine(url, **options)
    event.listen(engine.sync_engine, "handle_error", _explain)
    return engine


def _explain(context: ExceptionContext) -> None:
    if SIGNS_OF_SHARING.search(str(context.original_exception)):
        (context.sqlalchemy_exception or context.original_exception).add_note(AT_ONCE)


@pytest.fixture(scope="session")
def engine_options() -> dict[str, Any]:
    """Arguments of `create_async_engine` for every engine of these fixtures."""
    return {}


async def _engines() -> AsyncIterator[Engines]:
    """The engines in use on one event loop."""
    engines: Engines = {}
    yield engines
    for engine in engines.values():
        await engine.dispose()


engines_of_asyncio = async_fixture(scope="session", name="engines_of_asyncio")(_engines)
engines_of_anyio = async_fixture(scope="session", name="engines_of_anyio")(_engines)


@async_fixture
async def own_engine(
    database: Database, engine_options: dict[str, Any]
) -> AsyncIterator[AsyncEngine]:
    """An engine for a database whose tables are there for one test."""
    engine = new_engine(database.url, **engine_options)
    yield engine
    await engine.dispose()


@async_fixture
async def tasks_of_test(isolation: Isolation) -> AsyncIterator[None]:
    """Ends the tasks that the test leaves running."""
    isolation.running = asyncio.all_tasks()
    yield
    await end_tasks(isolation)


def engine_for(
    request: pytest.FixtureRequest,
    isolation: Isolation,
    database: Database,
    variant: Variant | None,
) -> AsyncEngine:
    """The engine of this test's database on this test's event loop.

    Tests on changed schemas share another one than those on the schema as it is.
    """
    on_anyio = runs_on_anyio(request)
    if on_anyio:
        require_asyncio(request)
    else:
        require_loop_of_session(request)
    if not isolation.is_rollback:  # where the connection looks after them
        request.getfixturevalue("tasks_of_test")
    if isolation.own_tables:
        return request.getfixturevalue("own_engine")  # type: ignore[no-any-return]
    loop = "anyio" if on_anyio else "asyncio"
    engines: Engines = request.getfixturevalue(f"engines_of_{loop}")
    changed = bool(variant and variant.statements)
    if (database.name, changed) not in engines:
        options = request.getfixturevalue("engine_options")
        if changed:
            options = {"connect_args": WITHOUT_CACHES} | options
        engines[database.name, changed] = new_engine(database.url, **options)
    return engines[database.name, changed]
