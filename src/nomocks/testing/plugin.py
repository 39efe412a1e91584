"""The pytest plugin of the course: a server, an engine, and a session whose test is kept apart.

Each fixture asks for the one before it, so a test module replaces any of them by defining a fixture
of the same name::

    server -> metadata -> worker_database -> database -> engine -> connection -> session

`isolation` says how tests are kept apart (see `nomocks.testing.isolation`). Server, metadata and
`worker_database` serve the whole run; the others serve one test.
"""

from collections.abc import AsyncIterator, Generator, Iterable
from importlib import import_module
from operator import attrgetter

import pytest

PARTS = (
    "nomocks.testing.leaks",
    "nomocks.testing.keeping",
    "nomocks.testing.async_fixtures",
    "nomocks.testing.isolation",
    "nomocks.testing.engines",
    "nomocks.testing.budgets",
    "nomocks.testing.factory_fixtures",
    "nomocks.testing.migrations",
    "nomocks.testing.api",
)
pytest.register_assert_rewrite(*PARTS)  # before they are imported here

from sqlalchemy import MetaData  # noqa: E402
from sqlalchemy.ext.asyncio import (  # noqa: E402
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
)

from nomocks.postgres import Database, PostgresError, Server, get_server  # noqa: E402
from nomocks.testing.async_fixtures import async_fixture  # noqa: E402
from nomocks.testing.engines import engine_for  # noqa: E402
from nomocks.testing.isolation import OF_ITS_OWN, Isolation, configured_isolation  # noqa: E402
from nomocks.testing.keeping import keep_session  # noqa: E402
from nomocks.testing.overlap import TURNS, SharingSession  # noqa: E402
from nomocks.testing.rollback import rolled_back  # noqa: E402
from nomocks.testing.tasks import end_tasks  # noqa: E402
from nomocks.testing.variant import Variant  # noqa: E402


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    register_parts(pluginmanager, PARTS)
    parser.addini(
        "nomocks_metadata",
        "the MetaData under test, as module:attribute (shop.models:Base.metadata)",
        default="shop.models:Base.metadata",
    )


def register_parts(pluginmanager: pytest.PytestPluginManager, names: Iterable[str]) -> None:
    """Do as `pytest_plugins` does, which looks through all installed packages for each name."""
    for name in names:
        if not pluginmanager.has_plugin(name):
            pluginmanager.register(import_module(name), name)


def pytest_report_header(config: pytest.Config) -> str | None:
    """Under xdist, what the workers are going to share: they print nothing themselves."""
    if config.getoption("dist", "no") == "no":
        return None
    return f"{_where_tests_run(config)}, a database for each worker"


def pytest_report_collectionfinish(config: pytest.Config, items: list[pytest.Item]) -> str | None:
    """The server and the isolation, when there is a test that needs them."""
    if config.get_verbosity() < 0 or config.getoption("collectonly"):
        return None
    asked = (set(getattr(item, "fixturenames", ())) for item in items)
    needed = any(names & {"server", "database"} for names in asked)
    return _where_tests_run(config) if needed else None


def _where_tests_run(config: pytest.Config) -> str:
    try:
        return f"database: {get_server()}, isolation {configured_isolation(config)}"
    except PostgresError as error:
        return str(error)


@pytest.fixture(scope="session")
def server() -> Server:
    """The PostgreSQL that this machine shares; started if it does not run yet."""
    return get_server()


@pytest.fixture(scope="session")
def metadata(pytestconfig: pytest.Config) -> MetaData:
    """The tables under test, named by the setting ``nomocks_metadata``."""
    setting = str(pytestconfig.getini("nomocks_metadata"))
    module, _, attribute = setting.partition(":")
    try:
        found = attrgetter(attribute)(import_module(module))
    except (ImportError, ValueError, AttributeError) as error:
        raise _no_metadata(setting, str(error)) from None
    if not isinstance(found, MetaData):
        raise _no_metadata(setting, f"that is a {type(found).__name__}")
    return found


def _no_metadata(setting: str, why: str) -> BaseException:
    return pytest.fail.Exception(
        f"The setting nomocks_metadata is {setting!r}, which names no MetaData ({why}): write it "
        "as module:attribute, such as shop.models:Base.metadata.",
        pytrace=False,
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A server that is not there is told in its one sentence."""
    report = yield
    if call.excinfo is not None and isinstance(call.excinfo.value, PostgresError):
        report.longrepr = str(call.excinfo.value)
    return report


@pytest.fixture
def variant() -> Variant | None:
    """A changed schema to test against; none, unless the tests are run over variants."""
    return None


@pytest.fixture
def worker_database(server: Server, metadata: MetaData, isolation: Isolation) -> Database:
    """The database of this process alone that holds the tables of ``metadata``."""
    return isolation.databases.of_worker(server, metadata)


@pytest.fixture
def database(
    request: pytest.FixtureRequest,
    isolation: Isolation,
    metadata: MetaData,
    variant: Variant | None,
) -> Database:
    """The database of the test: the worker's, or what the isolation or the variant asks for."""
    ddl = tuple(variant.statements) if variant else ()
    if isolation.name in OF_ITS_OWN or (ddl and not isolation.is_rollback):
        return isolation.provide(request.getfixturevalue("server"), metadata, ddl)
    database: Database = request.getfixturevalue("worker_database")
    isolation.use(database, metadata)
    return database


@pytest.fixture
def engine(
    request: pytest.FixtureRequest,
    isolation: Isolation,
    metadata: MetaData,
    database: Database,
    variant: Variant | None,
) -> AsyncEngine:
    """The engine of the test's database. Tests on one database share it."""
    isolation.use(database, metadata)  # also where `database` is another's fixture
    return engine_for(request, isolation, database, variant)


@async_fixture
async def connection(
    engine: AsyncEngine, isolation: Isolation, variant: Variant | None
) -> AsyncIterator[AsyncConnection]:
    """A connection: under `rollback` the one that all sessions of the test share."""
    isolation.require(engine)
    if isolation.is_rollback:
        ddl = tuple(variant.statements) if variant else ()
        async with rolled_back(engine, isolation, ddl) as connection:
            yield connection
    else:
        async with engine.connect() as connection:
            isolation.expected += 1
            yield connection


@pytest.fixture
def sessions(
    request: pytest.FixtureRequest, engine: AsyncEngine, isolation: Isolation
) -> async_sessionmaker[AsyncSession]:
    """Makes sessions for the code under test; it may commit, roll back and close them.

    Under `rollback` a commit releases a savepoint on the test's one connection. Otherwise each
    session has a connection of its own, and its commits are real.
    """
    if isolation.is_rollback:
        return async_sessionmaker(
            bind=request.getfixturevalue("connection"),
            join_transaction_mode="create_savepoint",
            expire_on_commit=False,
            sync_session_class=SharingSession,
            info={TURNS: isolation.turns},
        )
    isolation.require(engine)
    return async_sessionmaker(bind=engine, expire_on_commit=False)


@async_fixture
async def session(
    sessions: async_sessionmaker[AsyncSession], isolation: Isolation
) -> AsyncIterator[AsyncSession]:
    """A session, closed after the test. See `sessions` for what its commits do."""
    async with sessions() as session:
        yield session
        if isolation.running:
            await end_tasks(isolation)  # before it is closed under their hands
        if isolation.keeps:
            await keep_session(session)
