"""Keeping tests apart: the strategies by name, and what happens when a test is over.

- `rollback` (the default): all of a test is one transaction on one connection, rolled back at its
  end; the commits of its sessions release savepoints. Nobody else sees them, deferred constraints
  don't fire, `now()` stands still, and sequences go on from test to test.
- `truncate` and `delete`: commits are real, and the tables are emptied after the test, also of rows
  that a wider fixture has put there. TRUNCATE restarts the sequences of the tables' columns, DELETE
  does not.
- `template`: a database of the test's own, cloned; sequences begin anew, and DDL is isolated too.
- `recreate`: `create_all` before the test and `drop_all` after it, on a database for that.

A marker, `@pytest.mark.isolation("delete")`, counts before the option `--isolation`, and that one
before the setting `nomocks_isolation`.
"""

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from sqlalchemy import MetaData
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from nomocks.postgres import Database, PostgresError, Server
from nomocks.testing import keeping, leaks
from nomocks.testing.databases import SessionDatabases, run_ddl, template_of
from nomocks.testing.overlap import Turn

STRATEGIES = ("rollback", "truncate", "delete", "template", "recreate")
OF_ITS_OWN = ("template", "recreate")
DATABASES = pytest.StashKey[SessionDatabases]()


def pytest_addoption(parser: pytest.Parser) -> None:
    names = ", ".join(STRATEGIES)
    group = parser.getgroup("nomocks")
    group.addoption("--isolation", choices=STRATEGIES, help="how to keep tests apart")
    parser.addini("nomocks_isolation", f"how to keep tests apart: {names}", default="rollback")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "isolation(name): how to keep this test apart from others")
    config.stash[DATABASES] = SessionDatabases(leaks.checkouts())
    if config.getini("nomocks_isolation") not in STRATEGIES:
        raise pytest.UsageError(_unknown("The setting nomocks_isolation is", _ini(config)))


def pytest_sessionfinish(session: pytest.Session) -> None:
    session.config.stash[DATABASES].close()


@dataclass(eq=False)
class Isolation:
    """How the present test is kept apart: the name of the strategy, and the test's database."""

    name: str
    item: pytest.Item
    databases: SessionDatabases
    database: Database | None = None  # none until a fixture asks for it
    metadata: MetaData = field(default_factory=MetaData)
    own_tables: bool = False  # whether nobody else has used them, nor will
    began: int = field(default_factory=leaks.checkouts)
    expected: int = 0  # checkouts by fixtures of ours
    turns: list[Turn] = field(default_factory=list)  # of sessions on the one connection
    running: set[asyncio.Task[Any]] = field(default_factory=set)  # before the test began
    problems: list[str] = field(default_factory=list)  # what the test did wrong

    @property
    def is_rollback(self) -> bool:
        """Whether all sessions of the test share one connection."""
        return self.name == "rollback"

    @property
    def keeps(self) -> bool:
        """Whether the test has failed, and its database is to be kept."""
        return keeping.wanted(self.item)

    def provide(self, server: Server, metadata: MetaData, ddl: tuple[str, ...]) -> Database:
        """A database with tables for this test alone, in a schema that these statements change."""
        self.metadata = metadata
        self.own_tables = True
        if self.name == "recreate":
            self.database = self.databases.empty(server, metadata)
            self.databases.sharing(self.database, metadata).create_all()
        else:
            self.database = server.create_database(template=template_of(server, metadata))
        run_ddl(self.database.sync_url, ddl)
        return self.database

    def use(self, database: Database, metadata: MetaData) -> None:
        """Look after this database, which a fixture has given to the test."""
        if database is self.database:
            return
        if self.name in OF_ITS_OWN:
            pytest.fail(
                f"The isolation {self.name} gives the test a database of its own, and a fixture "
                "`database` of yours stands in its place: remove that, or choose rollback, "
                "truncate or delete.",
                pytrace=False,
            )
        self.database, self.metadata = database, metadata
        shared = self.databases.sharing(database, metadata)
        if self.is_rollback and shared.seen != self.began:
            shared.seeded = shared.rows()

    def require(self, engine: AsyncEngine) -> None:
        """Fail the test if the strategy can't do anything for an engine of the test's own."""
        name = self.database.name if self.database else "none"
        if not self.is_rollback and engine.url.database != name:
            pytest.fail(
                f"The isolation {self.name} works on the database of the fixture `database`, and "
                f"your fixture `engine` is connected to {engine.url.database}: make it of "
                "`database.url`, or choose rollback.",
                pytrace=False,
            )

    def finish(self) -> None:
        """Take back what the test has taken, and bring its database back to how it was.

        `problems` says afterwards what the test should have done itself.
        """
        leaked = leaks.still_out(self.began)
        for leak in leaked:
            leak.close()
        if leaked:
            self.problems.append(leaks.described(leaked))
        if self.database is None:
            return
        try:
            if self.keeps:
                self.databases.give_up(self.database)
                keeping.keep(self.item, self.database)
            else:
                self._restore(self.database, bool(leaked))
        except (PostgresError, psycopg.Error, SQLAlchemyError) as error:
            reason = str(getattr(error, "orig", error)).partition("\n")[0]
            self.problems.append(
                f"The database can't be used for another test ({reason}), so the next one gets a "
                'new database: mark a test that changes tables @pytest.mark.isolation("template").'
            )
            self.databases.give_up(self.database)
            with contextlib.suppress(PostgresError):  # its server may be gone
                self.database.drop()

    def _restore(self, database: Database, leaked: bool) -> None:
        if self.own_tables and self.name != "recreate":
            database.drop()
            return
        shared = self.databases.sharing(database, self.metadata)
        if leaked:
            shared.end_transactions()
            shared.cut_off.clear()  # told already
        if self.is_rollback:
            self._remove_strays()
        elif self.name == "delete":
            shared.delete()
        elif self.name == "truncate":
            shared.truncate()
        elif not shared.drop_all():
            self.databases.give_up(database)
            database.drop()
        if shared.cut_off:
            statement = " ".join(shared.cut_off[0].split())
            self.problems.append(
                "The test left a transaction open whose locks were in the way, so it was ended: "
                f"close its connection. Its last statement was: {statement}"
            )
            shared.cut_off.clear()
        shared.seen = leaks.checkouts()

    def _remove_strays(self) -> None:
        """Look for committed rows, if there was a connection that could commit any."""
        if leaks.checkouts() - self.began <= self.expected:
            return
        assert self.database
        shared = self.databases.sharing(self.database, self.metadata)
        rows = shared.rows()
        changed = sorted(t for t in rows | shared.seeded if rows.get(t) != shared.seeded.get(t))
        if not changed:
            return
        self.problems.append(
            "The test committed rows past the isolation rollback, by its connection's own commit() "
            f"or on another connection ({', '.join(changed)}): let the code use the fixture "
            '`sessions`, or mark the test @pytest.mark.isolation("delete").'
        )
        if shared.seeded:
            shared.seeded = rows  # ours can't be told from those that were there before
        else:
            shared.delete()


@pytest.fixture(autouse=True)
def isolation(request: pytest.FixtureRequest) -> Iterator[Isolation]:
    """How this test is kept apart from others.

    First to be set up of all fixtures for one test, so the last to go: what is then still open has
    been left open.
    """
    item = request.node
    isolation = Isolation(_strategy_of(item), item, request.config.stash[DATABASES])
    yield isolation
    isolation.finish()
    if isolation.problems:
        pytest.fail("\n".join(isolation.problems), pytrace=False)


def _strategy_of(item: pytest.Item) -> str:
    marker = item.get_closest_marker("isolation")
    if marker is None:
        return configured_isolation(item.config)
    if len(marker.args) != 1 or marker.kwargs or not isinstance(marker.args[0], str):
        pytest.fail(
            "The marker isolation takes one name and nothing else: write "
            '@pytest.mark.isolation("delete").',
            pytrace=False,
        )
    if marker.args[0] not in STRATEGIES:
        pytest.fail(_unknown("The marker isolation says", marker.args[0]), pytrace=False)
    return str(marker.args[0])


def configured_isolation(config: pytest.Config) -> str:
    """The strategy of tests without a marker."""
    return str(config.getoption("--isolation") or _ini(config))


def _ini(config: pytest.Config) -> str:
    return str(config.getini("nomocks_isolation"))


def _unknown(where: str, name: str) -> str:
    return f'{where} "{name}", which names no isolation: choose one of {", ".join(STRATEGIES)}.'
