"""Where the participants of a race are, as an engine's events tell it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.orm import Session

from nomocks.testing.races.moments import Did
from nomocks.testing.races.participants import Participant, Until
from nomocks.testing.races.points import COMMIT, ROLLBACK, Step
from nomocks.testing.races.schedule import Schedule

# Who closes a circle of waiting notices it, and the server lets whoever notices it fail. One that
# was to wait for a lock notices nothing, so that it can be chosen which of them fails.
NOTICES_DEADLOCK = "10ms"
IGNORES_DEADLOCK = "1h"

current: ContextVar[Participant | None] = ContextVar("current", default=None)


@contextmanager
def announced(engine: Engine, schedule: Schedule) -> Iterator[None]:
    """Hold participants at the steps where they must. A task or a thread is known by `current`."""

    def participant() -> Participant | None:
        one = current.get()
        return one if one and one.schedule is schedule else None

    def about_to(connection: Connection, statement: str) -> None:
        if one := participant():
            text = " ".join(statement.split())
            one.pid = backend_pid(connection)
            one.arrive(Step("before", text))
            if schedule.may_set_deadlock_timeout:
                one.ignores_deadlock = one.goal is Until.BLOCKED
                set_deadlock_timeout(
                    connection, IGNORES_DEADLOCK if one.ignores_deadlock else NOTICES_DEADLOCK
                )
            one.statement = text
            schedule.note(one, Did.SENDS, text)

    def before_execute(connection: Connection, _: Any, statement: str, *__: Any) -> None:
        about_to(connection, statement)

    def after_execute(_: Connection, __: Any, statement: str, *___: Any) -> None:
        if one := participant():
            one.statement = None
            text = " ".join(statement.split())
            schedule.note(one, Did.DONE, text)
            one.arrive(Step("after", text))

    def before_commit(connection: Connection) -> None:
        try:
            about_to(connection, COMMIT)
        except BaseException:
            # SQLAlchemy holds a commit that raises here for over, and would return the connection
            # to its pool with the transaction still open.
            connection.connection.rollback()
            raise

    def after_commit(session: Session) -> None:
        one = participant()
        if one and not session.in_nested_transaction():
            one.statement = None
            schedule.note(one, Did.DONE, COMMIT)
            one.arrive(Step("after", COMMIT))

    def after_rollback(_: Connection) -> None:
        if one := participant():
            schedule.note(one, Did.SENDS, ROLLBACK)

    def failed(context: ExceptionContext) -> None:
        if one := participant():
            one.statement = None
            code = getattr(context.sqlalchemy_exception, "orig", context.original_exception)
            schedule.note(one, Did.FAILED, str(getattr(code, "sqlstate", "")))

    listeners: list[tuple[Any, str, Callable[..., None]]] = [
        (engine, "before_cursor_execute", before_execute),
        (engine, "after_cursor_execute", after_execute),
        (engine, "commit", before_commit),
        (engine, "rollback", after_rollback),
        (engine, "handle_error", failed),
        (Session, "after_commit", after_commit),
    ]
    for target, name, listener in listeners:
        event.listen(target, name, listener)
    try:
        yield
    finally:
        for target, name, listener in listeners:
            event.remove(target, name, listener)


def backend_pid(connection: Connection) -> int:
    """The number of the server's process for this connection, by asyncpg or psycopg."""
    driver: Any = connection.connection.driver_connection
    if hasattr(driver, "get_server_pid"):
        return int(driver.get_server_pid())
    return int(driver.info.backend_pid)


def set_deadlock_timeout(connection: Connection, value: str) -> None:
    """For this transaction, past SQLAlchemy's events. An aborted transaction stays as it is."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute(f"SET LOCAL deadlock_timeout = '{value}'")
    except connection.dialect.loaded_dbapi.Error:
        return  # the statement itself will say so
    finally:
        cursor.close()
