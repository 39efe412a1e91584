"""Connections to a server for its administration: psycopg, autocommit, errors as sentences."""

import contextlib
import time
from collections.abc import Iterator
from typing import Any, LiteralString

import psycopg
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from nomocks.postgres.errors import NoFreeConnectionError, PostgresError

CONNECT_LIMIT = 5.0  # seconds, also for a server that is recovering
_NOT_YET = ("starting up", "shutting down", "recovery mode", "not yet accepting")
# What one driver's URL may say, as the other driver says it: None where it can't.
_FOR_ASYNC = {"sslmode": "ssl"} | dict.fromkeys(
    ("application_name", "channel_binding", "connect_timeout", "gssencmode")
)
_FOR_SYNC = {"ssl": "sslmode"} | dict.fromkeys(
    ("timeout", "command_timeout", "statement_cache_size", "prepared_statement_cache_size")
)


def sync_url(url: str | URL) -> URL:
    """A PostgreSQL URL of any driver, for psycopg. Raises PostgresError if it is none."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise PostgresError(
            "The URL of the server can't be read: write it as "
            "postgresql://user:password@host:5432/database."
        ) from None
    if parsed.get_backend_name() not in ("postgresql", "postgres") or not parsed.database:
        raise PostgresError(
            f"{parsed} names no PostgreSQL database: write it as "
            "postgresql://user:password@host:5432/database."
        )
    return _for_driver(parsed, "postgresql+psycopg", _FOR_SYNC)


def async_url(url: URL) -> URL:
    """The same database for asyncpg."""
    return _for_driver(url, "postgresql+asyncpg", _FOR_ASYNC)


def _for_driver(url: URL, driver: str, names: dict[str, str | None]) -> URL:
    query = {names.get(name, name): value for name, value in url.query.items()}
    return url.set(drivername=driver, query={name: value for name, value in query.items() if name})


@contextlib.contextmanager
def connected(url: URL) -> Iterator[psycopg.Connection[Any]]:
    """A connection in autocommit mode. Raises PostgresError when there is none, or it breaks."""
    connection = connect(url)
    try:
        yield connection
    except psycopg.OperationalError as error:
        raise explained(url, error) from None
    finally:
        connection.close()


def connect(url: URL) -> psycopg.Connection[Any]:
    """The connection of `connected`, for the caller to close."""
    deadline = time.monotonic() + CONNECT_LIMIT
    while True:
        try:
            return _connect(url)
        except psycopg.Error as error:
            if time.monotonic() > deadline or not any(word in str(error) for word in _NOT_YET):
                raise explained(url, error) from None
            time.sleep(0.01)


def is_ready(url: URL) -> bool:
    """Whether a server that is starting takes connections yet."""
    try:
        _connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def server_version(url: URL) -> str:
    """Such as 18.6, without what a packager added."""
    with connected(url) as connection:
        return str(scalar(connection, "SHOW server_version")).split()[0]


def scalar(connection: psycopg.Connection[Any], query: LiteralString, *values: object) -> Any:
    """The first column of the first row, None without a row."""
    row = connection.execute(query, values).fetchone()
    return row[0] if row else None


def place(url: URL) -> str:
    """Where a server is, for people: never its password."""
    folder = url.query.get("host")
    if folder and not url.host:
        return f"the PostgreSQL at {folder}"
    return f"the PostgreSQL at {url.host or 'localhost'}:{url.port or 5432}"


def explained(url: URL, error: Exception) -> PostgresError:
    """A driver's error as one sentence."""
    reason = " ".join(str(getattr(error, "orig", None) or error).split()).rstrip(".")
    where = place(url).replace("the", "The", 1)
    if "too many clients" in reason or "connection slots" in reason:
        return NoFreeConnectionError(
            f"{where} has no free connection: close a notebook, or run fewer tests at once."
        )
    if "password" in reason:
        advice = "check the user and the password in the URL of NOMOCKS_POSTGRES"
    elif "does not exist" in reason:
        advice = "create it, or correct the URL"
    else:
        advice = "see that it runs and that the URL is right, and try again"
    return PostgresError(f"{where} can't be used ({reason}): {advice}.")


def _connect(url: URL) -> psycopg.Connection[Any]:
    options: dict[str, Any] = {"connect_timeout": int(CONNECT_LIMIT), **url.query}
    options |= url.translate_connect_args(username="user", database="dbname")
    return psycopg.connect(autocommit=True, **options)
