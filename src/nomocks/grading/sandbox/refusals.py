"""Why the PostgreSQL for submissions does not do what it is asked to, in a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import URL

from nomocks.postgres import PostgresError
from nomocks.postgres.connection import explained


@contextmanager
def refusals(sockets: Path) -> Iterator[None]:
    """A block in which whatever psycopg raises becomes a PostgresError."""
    try:
        yield
    except psycopg.errors.DiskFull:
        raise PostgresError(
            "The space of the PostgreSQL for submissions is used up: the run stores too much."
        ) from None
    except psycopg.errors.LockNotAvailable:
        raise PostgresError(
            "A session of a run holds a lock on a database that was to be cloned: end it first."
        ) from None
    except psycopg.Error as error:
        where = URL.create("postgresql", query={"host": str(sockets)})
        raise explained(where, error) from None
