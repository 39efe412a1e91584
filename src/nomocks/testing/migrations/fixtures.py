"""The fixtures that pytest-alembic asks for, and a database that the migrations made."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.ext.asyncio import AsyncEngine

from nomocks.postgres import Database, Server
from nomocks.testing.migrations.running import (
    MigrationsNotFound,
    NotThisDatabase,
    find_config,
    migrating_engine,
    runner_on,
    template_of_migrations,
)

if TYPE_CHECKING:
    from alembic.config import Config
    from pytest_alembic import MigrationContext


@pytest.fixture
def alembic_config(pytestconfig: pytest.Config) -> "Config":
    """The settings of Alembic, named by the setting ``nomocks_alembic``."""
    return _config_of(pytestconfig)


@pytest.fixture
def alembic_database(server: Server) -> Iterator[Database]:
    """A database of this test alone, with nothing in it."""
    with server.create_database("migrations") as database:
        yield database


@pytest.fixture
def alembic_engine(alembic_database: Database, alembic_config: "Config") -> AsyncEngine:
    """The engine that ``env.py`` gets, by asyncpg."""
    return migrating_engine(alembic_database.url, alembic_config)


@pytest.fixture
def alembic_runner(alembic_engine: AsyncEngine, alembic_config: "Config") -> "MigrationContext":
    """Moves the database through the revisions: see pytest-alembic's ``MigrationContext``."""
    with _failing_in_one_sentence():
        return runner_on(alembic_engine, alembic_config)


@pytest.fixture
def alembic_connection(alembic_database: Database) -> Iterator[Connection]:
    """To look at the rows, by psycopg; each statement commits, so that it blocks no migration."""
    engine = create_engine(alembic_database.sync_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture(scope="session")
def migrated_database(server: Server, pytestconfig: pytest.Config) -> Iterator[Database]:
    """A database that the migrations made, for a suite whose ``database`` it shall be."""
    with _failing_in_one_sentence():
        template = template_of_migrations(server, _config_of(pytestconfig))
    with server.create_database(template=template) as database:
        yield database


def _config_of(pytestconfig: pytest.Config) -> "Config":
    with _failing_in_one_sentence():
        return find_config(str(pytestconfig.getini("nomocks_alembic")), pytestconfig.rootpath)


@contextmanager
def _failing_in_one_sentence() -> Generator[None]:
    try:
        yield
    except (MigrationsNotFound, NotThisDatabase) as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
