"""Databases that hold the tables of a ``MetaData``, cloned from a template."""

import atexit
import contextlib
import os

from sqlalchemy import URL, MetaData, create_engine, create_mock_engine
from sqlalchemy.schema import ExecutableDDLElement

from nomocks.postgres import Database, PostgresError, Server

_databases: dict[tuple[Server, str, int], Database] = {}


def template_of(server: Server, metadata: MetaData) -> str:
    """The name of a template database with these tables, built on the server at first use."""

    def build(url: URL) -> None:
        engine = create_engine(url)
        metadata.create_all(engine)
        engine.dispose()

    return server.template(ddl_of(metadata), build)


def ddl_of(metadata: MetaData) -> str:
    """All of the metadata's DDL for PostgreSQL, as one text: equal texts make equal schemas."""
    statements: list[str] = []

    def note(statement: ExecutableDDLElement, *_: object, **__: object) -> None:
        statements.append(str(statement.compile(dialect=engine.dialect)))

    engine = create_mock_engine("postgresql+psycopg://", note)
    metadata.create_all(engine, checkfirst=False)
    return ";\n".join(statements)


def process_database(server: Server, metadata: MetaData) -> Database:
    """The one database that this process uses for these tables; dropped when the process ends.

    A new one is made when the server has lost it, as a server that was killed and started anew has.
    """
    key = server, template_of(server, metadata), os.getpid()
    if key not in _databases or not _databases[key].exists():
        _databases[key] = server.create_database(template=key[1])
        atexit.register(_drop_in, os.getpid(), _databases[key])
    return _databases[key]


def _drop_in(pid: int, database: Database) -> None:
    if os.getpid() == pid:  # a fork inherits the exit handlers, not the database
        with contextlib.suppress(PostgresError):  # a server that went first took it along
            database.drop()
