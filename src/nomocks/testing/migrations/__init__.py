"""Tests of migrations: each way up and down, with rows, and against the models.

Built on pytest-alembic, whose ``alembic_runner`` moves a database through the revisions and writes
rows at any of them; its own tests, as ``pytest_alembic.tests``, serve as they are. The fixtures
that it asks for are given here, wired to a new database for each test; the setting
``nomocks_alembic`` names the migrations. What is ours, and why::

    drift               autogenerate does not see CHECK constraints, an enum's values, triggers …
    stairway            pytest-alembic goes all the way up before it goes down, so that a downgrade
                        is never seen to leave the schema that its upgrade found
    round_trip          the same from base to head and back
    migrated_database   a suite's database, made by the migrations; cloned from a template

A revision runs by the driver and the ``env.py`` that production uses, in a thread of its own: an
async ``env.py`` calls ``asyncio.run``, which can't be inside the loop of an async test. Rows are
written by psycopg, because pytest-alembic can't reflect a table by an async engine.
"""

import pytest

from nomocks.testing.migrations.catalog import Schema, Thing, differences, schema_of
from nomocks.testing.migrations.checks import drift, round_trip, stairway
from nomocks.testing.migrations.running import (
    MigrationsNotFound,
    NotThisDatabase,
    find_config,
    runner_on,
    template_of_migrations,
)

__all__ = [
    "MigrationsNotFound",
    "NotThisDatabase",
    "Schema",
    "Thing",
    "differences",
    "drift",
    "find_config",
    "round_trip",
    "runner_on",
    "schema_of",
    "stairway",
    "template_of_migrations",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(
        "nomocks_alembic",
        "the migrations under test: an alembic.ini, or a folder or package that holds one",
        default="shop.migrations",
    )


def pytest_configure(config: pytest.Config) -> None:
    from nomocks.testing.migrations import fixtures

    config.addinivalue_line("markers", "alembic: what pytest-alembic's own tests are marked with")
    # After pytest-alembic, whose fixtures of the same names they replace.
    config.pluginmanager.register(fixtures, "nomocks-migrations")
    if not config.getoption("--test-alembic", default=False):
        # Its collector, which fails on pytest 9.2 in every project with a tests/conftest.py.
        config.pluginmanager.set_blocked("pytest-alembic")
