"""Conflicts on demand, for code that tries again: real ones, so the server has aborted its work.

with deadlock(engine, "UPDATE products") as failed:
    await place_order_with_retries(...)
assert len(failed) == 1
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from secrets import token_hex
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.ext.asyncio import AsyncEngine

from nomocks.postgres.connection import connect, scalar, sync_url
from nomocks.testing.races.events import (
    IGNORES_DEADLOCK,
    NOTICES_DEADLOCK,
    backend_pid,
    set_deadlock_timeout,
)
from nomocks.testing.races.participants import RaceError
from nomocks.testing.races.points import before
from nomocks.testing.races.schedule import SECONDS

What = str | re.Pattern[str]


@contextmanager
def deadlock(engine: AsyncEngine | Engine, at: What = "", *, times: int = 1) -> Iterator[list[str]]:
    """The next `times` statements of this engine that match `at` fail with a deadlock (40P01).

    A rival closes a circle of advisory locks with the transaction, which is the one to fail. Gives
    the statements that failed. Matches as `before` does. Needs a superuser.
    """
    url = sync_url(engine.url)
    with _failing(engine, at, times, lambda connection: _close_circle(connection, url)) as failed:
        yield failed


@contextmanager
def serialization_failure(
    engine: AsyncEngine | Engine, at: What = "", *, times: int = 1
) -> Iterator[list[str]]:
    """As `deadlock`, with a serialization failure (40001).

    A rival changes a row, of a table of its own, that the transaction has read and then changes.
    Raises RaceError in a transaction at READ COMMITTED, where there is no such failure.
    """
    table = sql.Identifier(f"nomocks_conflict_{token_hex(4)}")
    change = sql.SQL("UPDATE {} SET changes = changes + 1").format(table).as_string()

    def conflict(connection: Connection) -> None:
        _require_snapshot(connection)
        _execute(connection, sql.SQL("SELECT changes FROM {}").format(table).as_string())
        rival.execute(change.encode())
        _execute(connection, change)

    with closing(connect(sync_url(engine.url))) as rival:
        rival.execute(sql.SQL("CREATE UNLOGGED TABLE {} AS SELECT 0 AS changes").format(table))
        try:
            with _failing(engine, at, times, conflict) as failed:
                yield failed
        finally:
            rival.execute("SET lock_timeout = '2s'")
            rival.execute(sql.SQL("DROP TABLE {}").format(table))


@contextmanager
def _failing(
    engine: AsyncEngine | Engine, at: What, times: int, conflict: Callable[[Connection], None]
) -> Iterator[list[str]]:
    failed: list[str] = []
    point = before(at)

    def fail(connection: Connection, _: Any, statement: str, *__: Any) -> None:
        text = " ".join(statement.split())
        if len(failed) < times and point.finds(text):
            failed.append(text)
            conflict(connection)

    target = engine.sync_engine if isinstance(engine, AsyncEngine) else engine
    event.listen(target, "before_cursor_execute", fail)
    try:
        yield failed
    finally:
        event.remove(target, "before_cursor_execute", fail)


def _close_circle(connection: Connection, url: URL) -> None:
    with closing(connect(url)) as control, closing(connect(url)) as rival:
        key = rival.info.backend_pid  # nobody else's, as long as it lives
        try:
            rival.execute(f"SET deadlock_timeout = '{IGNORES_DEADLOCK}'".encode())
        except psycopg.errors.InsufficientPrivilege:
            raise RaceError(
                "A deadlock on demand needs a superuser, who may set deadlock_timeout: connect as "
                "one, or unset NOMOCKS_POSTGRES for a server of the course's own."
            ) from None
        rival.execute("SELECT pg_advisory_lock(%s, 2)", [key])
        _execute(connection, f"SELECT pg_advisory_xact_lock({key}, 1)")
        rival.pgconn.send_query(f"SELECT pg_advisory_lock({key}, 1)".encode())
        try:
            _wait_until_blocked(control, key, backend_pid(connection))
            set_deadlock_timeout(connection, NOTICES_DEADLOCK)
            _execute(connection, f"SELECT pg_advisory_xact_lock({key}, 2)")
        finally:
            control.execute("SELECT pg_terminate_backend(%s)", [key])


def _wait_until_blocked(control: psycopg.Connection[Any], pid: int, by: int) -> None:
    deadline = time.monotonic() + SECONDS
    while by not in scalar(control, "SELECT pg_blocking_pids(%s)", pid):
        if time.monotonic() > deadline:
            raise RaceError(f"The rival did not come to wait for a lock within {SECONDS:g} s.")


def _require_snapshot(connection: Connection) -> None:
    level = _execute(connection, "SHOW transaction_isolation", fetch=True)
    if level == "read committed":
        raise RaceError(
            "There is no serialization failure at READ COMMITTED: run the transaction at "
            "REPEATABLE READ or SERIALIZABLE."
        )


def _execute(connection: Connection, statement: str, *, fetch: bool = False) -> Any:
    """Past SQLAlchemy's events, so that what it raises is raised as the statement's own."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute(statement)
        return cursor.fetchone()[0] if fetch else None  # type: ignore[index]
    finally:
        cursor.close()
