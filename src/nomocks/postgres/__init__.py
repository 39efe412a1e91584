"""A PostgreSQL to throw away, and databases on it."""

from nomocks.postgres.choice import get_server
from nomocks.postgres.errors import NotATestDatabase, PostgresError
from nomocks.postgres.server import Database, Server

__all__ = ["Database", "NotATestDatabase", "PostgresError", "Server", "get_server"]
