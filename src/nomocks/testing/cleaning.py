"""A database that many tests use one after the other, and how it is emptied between them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import psycopg
from sqlalchemy import MetaData, NullPool, create_engine
from sqlalchemy.exc import CircularDependencyError

from nomocks.postgres import Database
from nomocks.postgres.connection import connect, scalar
from nomocks.postgres.guard import require_marked

PATIENCE = 300  # milliseconds to wait for a lock before whoever holds it is cut off
_SETTINGS = f"SET lock_timeout = {PATIENCE}"
# Without triggers and foreign keys: what a trigger does on DELETE would be rows to clean as well.
_NO_TRIGGERS = "SET session_replication_role = replica"
_CUT_OFF = """
    SELECT query FROM pg_stat_activity, pg_terminate_backend(pid, 2000)
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
    AND backend_type = 'client backend'"""
# Those of columns, as far as one may.
_RESTART = """
    SELECT setval(seqrelid, seqstart, false) FROM pg_sequence JOIN pg_depend
    ON classid = 'pg_class'::regclass AND objid = seqrelid AND deptype IN ('a', 'i')
    WHERE has_sequence_privilege(seqrelid, 'UPDATE')"""
_ANYTHING = """
    WITH spaces AS (SELECT oid, nspname FROM pg_namespace
    WHERE left(nspname, 3) <> 'pg_' AND nspname <> 'information_schema')
    SELECT EXISTS (SELECT FROM spaces WHERE nspname <> 'public') OR EXISTS (
    SELECT FROM pg_class WHERE relkind IN ('r', 'p', 'm', 'v', 'S')
    AND relnamespace IN (SELECT oid FROM spaces))"""


@dataclass(eq=False)
class SharedDatabase:
    """A database whose rows go after each test, by a connection of its own for that purpose.

    That connection waits for no lock longer than `PATIENCE`: a transaction that a test has left
    open is ended instead. Only a database that is marked as one for tests is ever emptied.
    """

    database: Database
    metadata: MetaData
    seen: int  # checkouts of connections until it was last looked at
    cut_off: list[str] = field(default_factory=list)  # the last statements of who was in the way
    seeded: dict[str, int] = field(default_factory=dict)  # rows from before the tests, by table

    @cached_property
    def connection(self) -> psycopg.Connection[Any]:
        connection = connect(self.database.sync_url)
        require_marked(connection, self.database.name, self.database.sync_url)
        connection.execute(_SETTINGS.encode())
        if scalar(connection, "SELECT current_setting('is_superuser')") == "on":
            connection.execute(_NO_TRIGGERS)
        return connection

    @cached_property
    def tables(self) -> list[str]:
        """The tables' names, quoted and with their schemas where they need it."""
        from sqlalchemy.dialects import postgresql  # slow, and most runs clean nothing by it

        quote = postgresql.dialect().identifier_preparer  # type: ignore[no-untyped-call]
        # Unsorted: the statements below need no order, and foreign keys in a circle have none.
        return [quote.format_table(table) for table in self.metadata.tables.values()]

    def close(self) -> None:
        """Close the connection, if there is one."""
        if "connection" in self.__dict__:
            self.connection.close()

    def delete(self) -> None:
        """Delete all rows by one statement; foreign keys are checked at its end. Sequences go on.

        Unless the user is a superuser, triggers fire, and those on DELETE may refuse.
        """
        if self.tables:
            parts = (f"p{n} AS (DELETE FROM {table})" for n, table in enumerate(self.tables))
            self._execute(f"WITH {', '.join(parts)} SELECT")

    def truncate(self) -> None:
        """Truncate all tables, and whatever refers to them. Sequences of their columns restart."""
        if self.tables:
            truncate = f"TRUNCATE {', '.join(self.tables)}"
            try:
                self._execute(f"{truncate} RESTART IDENTITY CASCADE")
            except psycopg.errors.InsufficientPrivilege:  # that is for the sequences' owner alone
                self._execute(f"{truncate} CASCADE")
                self._execute(_RESTART)

    def rows(self) -> dict[str, int]:
        """The number of committed rows of each table that has any."""
        there = self._execute(_select(f"to_regclass({_quoted(t)})::text" for t in self.tables))
        counts = {name: f"(SELECT count(*) FROM {name})" for name in there or () if name}
        found = self._execute(_select(counts.values()))
        return {name: n for name, n in zip(counts, found or (), strict=True) if n}

    def create_all(self) -> None:
        """Make the tables."""
        self._by_engine(self.metadata.create_all)

    def drop_all(self) -> bool:
        """Drop the tables; return whether no table and no schema of yours is left."""
        self.end_transactions()
        try:
            self._by_engine(self.metadata.drop_all)
        except CircularDependencyError:  # foreign keys in a circle, without names to drop them by
            return False
        return not scalar(self.connection, _ANYTHING)

    def end_transactions(self) -> None:
        """Cut off every other connection that has a transaction open."""
        self.cut_off += [query for (query,) in self.connection.execute(_CUT_OFF).fetchall()]

    def _execute(self, statement: str) -> tuple[Any, ...] | None:
        try:
            cursor = self.connection.execute(statement.encode())
        except psycopg.errors.LockNotAvailable:
            self.end_transactions()
            cursor = self.connection.execute(statement.encode())
        return cursor.fetchone() if cursor.description else None

    def _by_engine(self, work: Any) -> None:
        engine = create_engine(self.database.sync_url, poolclass=NullPool)
        work(engine)
        engine.dispose()


def _select(expressions: Iterable[str]) -> str:
    return f"SELECT {', '.join(expressions)}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
