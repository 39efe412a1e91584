"""SQLite in memory, with foreign keys enforced and transactions that begin when we say so."""

from sqlite3 import Connection as DriverConnection

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool


def in_memory() -> AsyncEngine:
    """An engine with one connection, whose database lives as long as it does."""
    engine = create_async_engine("sqlite+aiosqlite://", poolclass=StaticPool)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: DriverConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # else the driver begins late, and savepoints break
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine
