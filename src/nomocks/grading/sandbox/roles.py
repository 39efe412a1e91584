"""Roles and databases on the server for submissions: what a run's role may, and how all of it goes.

Each function sends statements on the administrator's one session. That session is in a database
of its own: it sees none of the tables, views and functions that students make.
"""

import json
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import Any

import psycopg
from psycopg import sql

from nomocks.grading.sandbox.server_settings import BUILDER, CONNECTIONS_OF_RUN, STUDENTS
from nomocks.postgres.guard import PREFIX, Mark

Session = psycopg.Connection[Any]
LONGEST_END = 2.0  # seconds in which sessions end that are told to
POLL = 0.002  # seconds
# Students can hold locks that are in the administrator's way, but not for long.
PATIENCE = "-c lock_timeout=2s -c statement_timeout=20s"

_SHARED = f"""
    CREATE ROLE {STUDENTS} NOLOGIN;
    CREATE ROLE {BUILDER} NOLOGIN;
    REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC"""
# A role can end or cancel its own sessions alone, and the toolkit does so with those that a test
# has forgotten.
_IN_TEMPLATE1 = f"""
    REVOKE EXECUTE ON FUNCTION pg_terminate_backend, pg_cancel_backend,
        pg_logical_emit_message(bool, text, text, bool),
        pg_logical_emit_message(bool, text, bytea, bool) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION pg_terminate_backend, pg_cancel_backend TO {STUDENTS};
    ALTER SCHEMA public OWNER TO {STUDENTS};
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    GRANT ALL ON SCHEMA public TO {BUILDER};
    ALTER DEFAULT PRIVILEGES FOR ROLE {BUILDER} GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE,
        REFERENCES, TRIGGER, MAINTAIN ON TABLES TO {STUDENTS};
    ALTER DEFAULT PRIVILEGES FOR ROLE {BUILDER} GRANT ALL ON SEQUENCES TO {STUDENTS}"""
# The view `pg_stat_activity` would look up names, too.
_END = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_get_activity(NULL) WHERE usesysid = %s"""


def prepare_template1(session: Session) -> None:
    """Make the roles that all share; set up, in template1 itself, what each database begins with.

    No other function is for a session in that database.
    """
    session.execute(_SHARED.encode())
    session.execute(_IN_TEMPLATE1.encode())


def change_password(session: Session, password: str) -> None:
    """Give the administrator a password of this server alone."""
    session.execute(_statement("ALTER ROLE CURRENT_USER PASSWORD {}", sql.Literal(password)))


def random_name(purpose: str) -> str:
    """A name that nobody can foresee."""
    return f"{purpose}_{secrets.token_hex(8)}"


def clone(session: Session, name: str, template: str) -> None:
    """Create a database."""
    session.execute(_statement("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template))


def mark(session: Session, name: str) -> None:
    """Mark a new database as one for tests, and let nobody in but roles that are named."""
    row = session.execute("SELECT system_identifier::text FROM pg_control_system()").fetchone()
    # Whoever reads it learns nothing of this machine and its processes.
    comment = PREFIX + json.dumps(asdict(Mark(name, row[0] if row else "")))
    session.execute(
        _statement(
            "REVOKE ALL ON DATABASE {} FROM PUBLIC; COMMENT ON DATABASE {} IS {}",
            name,
            name,
            sql.Literal(comment),
        )
    )


def close(session: Session, names: Iterable[str]) -> None:
    """Let nobody into these databases any more."""
    statement = sql.SQL(";").join(
        _statement("ALTER DATABASE {} ALLOW_CONNECTIONS false", name) for name in names
    )
    session.execute(statement)


@contextmanager
def building(session: Session, database: str) -> Iterator[str]:
    """Let the owner of the tables into a database. Gives its password, which is good until the end.

    A student may have found a way to act as the owner for a moment: nothing of that stays.
    """
    password = secrets.token_urlsafe(24)
    session.execute(
        _statement(
            f"ALTER ROLE {BUILDER} RESET ALL; GRANT CONNECT, TEMP ON DATABASE {{}} TO {BUILDER};"
            f"ALTER ROLE {BUILDER} LOGIN PASSWORD {{}}",
            database,
            sql.Literal(password),
        )
    )
    try:
        yield password
    finally:
        with suppress(psycopg.Error):  # the server has ended, and the role with it
            session.execute(
                _statement(
                    f"REVOKE ALL ON DATABASE {{}} FROM {BUILDER};"
                    f"ALTER ROLE {BUILDER} NOLOGIN PASSWORD NULL",
                    database,
                )
            )
            end_sessions(session, number_of(session, BUILDER))


def create_role(session: Session, role: str, password: str, owns: bool = False) -> None:
    """A role for one run, and let it into the database of the same name.

    With ``owns`` it may change the tables there, too.
    """
    groups = f"{STUDENTS}, {BUILDER}" if owns else STUDENTS
    session.execute(
        _statement(
            f"CREATE ROLE {{}} LOGIN PASSWORD {{}} CONNECTION LIMIT {CONNECTIONS_OF_RUN};"
            f"GRANT {groups} TO {{}} WITH INHERIT TRUE, SET FALSE;"
            "GRANT CONNECT, TEMP ON DATABASE {} TO {}",
            role,
            sql.Literal(password),
            *[role] * 3,
        )
    )


def admit(session: Session, role: str, database: str) -> None:
    """Let the role of a run into one more database: `samerole` asks for a role of its name."""
    session.execute(
        _statement(
            "CREATE ROLE {} NOLOGIN; GRANT {} TO {} WITH INHERIT FALSE, SET FALSE;"
            "GRANT CONNECT, TEMP ON DATABASE {} TO {}",
            *(database, database, role, database, role),
        )
    )


def number_of(session: Session, role: str) -> int:
    """The number that the server knows a role by."""
    row = session.execute("SELECT oid FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    return int(row[0]) if row else 0


def end_sessions(session: Session, role: int) -> bool:
    """End all sessions of the role of this number; return whether all have ended.

    The server's own waiting would look only ten times a second.
    """
    until = time.monotonic() + LONGEST_END
    while time.monotonic() < until:
        row = session.execute(_END, [role], prepare=True).fetchone()
        if row is None or row[0] == 0:
            return True
        time.sleep(POLL)
    return False


def drop(session: Session, names: Iterable[str]) -> list[str]:
    """Drop the databases and roles of these names; return those that are in use by somebody else.

    Another run may hold a lock on them, or may have granted something of its own to them.
    """
    left = []
    for name in names:
        try:
            session.execute(_statement("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))
            session.execute(_statement("DROP ROLE IF EXISTS {}", name))
        except (
            psycopg.errors.LockNotAvailable,
            psycopg.errors.ObjectInUse,
            psycopg.errors.DependentObjectsStillExist,
        ):
            left.append(name)
    # Only who asks for it moves the end of the queue of notifications up to the oldest listener.
    session.execute("SELECT pg_notification_queue_usage()")
    return left


def _statement(text: str, *parts: str | sql.Literal) -> sql.Composed:
    wrapped = (sql.Identifier(part) if isinstance(part, str) else part for part in parts)
    return sql.SQL(text).format(*wrapped)
