"""The guard: nothing is dropped or emptied that this project did not make or that is not marked.

The mark is the comment on the database. It lives in the server, it needs no right but ownership,
and CREATE DATABASE ... TEMPLATE does not copy it. It names its server and its database, so that a
mark which travelled with a dump, or stayed on a renamed database, counts for nothing.
"""

import json
import socket
import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql
from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from nomocks.postgres.connection import explained, place, scalar, sync_url
from nomocks.postgres.errors import NotATestDatabase, PostgresError

PREFIX = "nomocks test database "
CLOCK_ERROR = 600.0  # seconds that a corrected clock may move the start of a live process
_FACTS = (
    "SELECT d.datname, shobj_description(d.oid, 'pg_database'), s.system_identifier::text"
    " FROM pg_database d, pg_control_system() s"
)
_USER_TABLES = (
    "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'p', 'm', 'f') AND n.nspname <> 'information_schema'"
    " AND left(n.nspname, 3) <> 'pg_' AND NOT EXISTS (SELECT FROM pg_depend e"
    " WHERE e.objid = c.oid AND e.classid = 'pg_class'::regclass AND e.deptype = 'e')"
)


@dataclass(frozen=True)
class Mark:
    """What a mark says: which database of which server, and which process it lives with."""

    database: str
    system: str
    host: str = ""
    pid: int = 0  # 0: it belongs to no process, and stays
    started: float = 0.0  # when that process started, seconds since the epoch
    used: str = ""  # the day it was last asked for

    def is_orphaned(self) -> bool:
        """Whether it lived with a process of this host that has surely ended."""
        if not self.pid or self.host != this_host():
            return False
        try:
            started = psutil.Process(self.pid).create_time()
        except psutil.NoSuchProcess:
            return True
        except psutil.AccessDenied:
            return False
        return bool(abs(started - self.started) > CLOCK_ERROR)


def require_test_database(connection: Connection) -> None:
    """Let pass only a connection to a marked database.

    Raises NotATestDatabase otherwise. Call it before whatever can lose data.
    """
    query = text(f"{_FACTS} WHERE d.datname = current_database()")
    name, comment, system = connection.execute(query).one()
    if _parse(comment, name, system) is None:
        raise NotATestDatabase(_refusal(name, connection.engine.url))


def mark(connection: Connection, force: bool = False) -> None:
    """Mark the connection's database as one whose content may be lost.

    Raises PostgresError if it holds tables or bears somebody's comment, unless `force`.
    """
    query = text(f"{_FACTS} WHERE d.datname = current_database()")
    name, comment, system = connection.execute(query).one()
    if _parse(comment, name, system):
        return
    tables = connection.execute(text(_USER_TABLES)).scalar_one()
    if tables and not force:
        raise PostgresError(
            f'Database "{name}" is not empty (tables: {tables}), so it was not marked as a test '
            "database: choose another, or repeat with --force if nothing in it is worth keeping."
        )
    if comment and not force:
        raise PostgresError(
            f'Database "{name}" bears the comment {comment!r}, so it was not marked as a test '
            "database: choose another, or repeat with --force."
        )
    connection.exec_driver_sql(_comment_on(Mark(name, system)).as_string())


def mark_url(url: str | URL, force: bool = False) -> str:
    """Mark the database of a URL, and return its name. Raises PostgresError as `mark` does."""
    target = sync_url(url)
    engine = create_engine(target)
    try:
        with engine.begin() as connection:
            mark(connection, force)
    except SQLAlchemyError as error:
        raise explained(target, error) from None
    finally:
        engine.dispose()
    return str(target.database)


def marks(connection: psycopg.Connection[Any]) -> dict[str, Mark]:
    """The marked databases of a server, by name."""
    rows = connection.execute(_FACTS).fetchall()
    found = ((name, _parse(comment, name, system)) for name, comment, system in rows)
    return {name: mark for name, mark in found if mark}


def require_marked(connection: psycopg.Connection[Any], name: str, url: URL) -> Mark:
    """The mark of a database by name. Raises NotATestDatabase if it has none."""
    found = marks(connection).get(name)
    if found is None:
        raise NotATestDatabase(_refusal(name, url))
    return found


def set_mark(connection: psycopg.Connection[Any], name: str, lasting: bool = False) -> None:
    """Mark a database made a moment ago: it lives with this process, unless `lasting`."""
    system = scalar(connection, "SELECT system_identifier::text FROM pg_control_system()")
    today = datetime.now(UTC).date().isoformat()
    process = psutil.Process()
    new = Mark(
        name,
        system,
        host=this_host(),
        pid=0 if lasting else process.pid,
        started=process.create_time(),
        used=today,
    )
    connection.execute(_comment_on(new))


def this_host() -> str:
    """This machine and its numbering of processes: a container numbers its own."""
    try:
        numbering = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        numbering = ""
    return f"{socket.gethostname()} {uuid.getnode():012x} {numbering}"


def _comment_on(new: Mark) -> sql.Composed:
    words = PREFIX + json.dumps(asdict(new))
    return sql.SQL("COMMENT ON DATABASE {} IS {}").format(
        sql.Identifier(new.database), sql.Literal(words)
    )


def _parse(comment: str | None, name: str, system: str) -> Mark | None:
    if not comment or not comment.startswith(PREFIX):
        return None
    try:
        found = Mark(**json.loads(comment.removeprefix(PREFIX)))
    except (ValueError, TypeError):
        return None
    return found if (found.database, found.system) == (name, system) else None


def _refusal(name: str, url: URL) -> str:
    shown = url.set(database=name).render_as_string()
    return (
        f'Database "{name}" of {place(url)} is not marked as a test database, so nothing was '
        f"touched: if nothing in it is worth keeping, run `nomocks mark {shown}`."
    )
