"""Databases that hold the tables of a ``MetaData``, cloned from a template."""

import atexit
import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import URL, MetaData, create_engine, create_mock_engine
from sqlalchemy.schema import ExecutableDDLElement

from nomocks.postgres import Database, PostgresError, Server
from nomocks.postgres.connection import connected
from nomocks.testing.cleaning import SharedDatabase

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
    # A fork inherits the exit handlers, not the database; and one that is kept was given up.
    if os.getpid() == pid and database in _databases.values():
        with contextlib.suppress(PostgresError):  # a server that went first took it along
            database.drop()


@dataclass(eq=False)
class SessionDatabases:
    """The databases that the tests of one pytest session share, each made when first asked for."""

    checkouts: int  # of connections in this process when the session began
    worker: dict[MetaData, Database] = field(default_factory=dict)
    without_tables: dict[MetaData, Database] = field(default_factory=dict)
    shared: dict[str, SharedDatabase] = field(default_factory=dict)  # by name

    def of_worker(self, server: Server, metadata: MetaData) -> Database:
        """The one with the schema as it is."""
        if metadata not in self.worker:
            self.worker[metadata] = process_database(server, metadata)
        return self.worker[metadata]

    def empty(self, server: Server, metadata: MetaData) -> Database:
        """One without tables."""
        if metadata not in self.without_tables:
            self.without_tables[metadata] = server.create_database("recreate")
        return self.without_tables[metadata]

    def sharing(self, database: Database, metadata: MetaData) -> SharedDatabase:
        """What empties a database that several tests use."""
        if database.name not in self.shared:
            self.shared[database.name] = SharedDatabase(database, metadata, self.checkouts)
        return self.shared[database.name]

    def give_up(self, database: Database) -> None:
        """Use this one no longer, and leave it as it is: the next test that asks gets another."""
        _without(self.worker, database)
        _without(self.without_tables, database)
        _without(_databases, database)
        if database.name in self.shared:
            self.shared.pop(database.name).close()

    def close(self) -> None:
        """Drop what the process does not keep for its next pytest session, as in a notebook."""
        for shared in self.shared.values():
            shared.close()
        for database in self.without_tables.values():
            database.drop()


def run_ddl(database: URL, ddl: Sequence[str]) -> None:
    """Run statements, each committed."""
    if ddl:
        with connected(database) as connection:
            for statement in ddl:
                connection.execute(statement.encode())


def _without(known: dict[Any, Database], database: Database) -> None:
    for key in [key for key, each in known.items() if each == database]:
        del known[key]
