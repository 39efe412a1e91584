"""SQLite in memory, and the shop's tables changed to what SQLite can hold.

Importing this module changes the tables of the process, so it has to come first and stay alone:

- JSONB and arrays become JSON, and lose the server's defaults, which are written in casts;
- `Numeric` is kept as text or a float, time zones are forgotten, enum types become VARCHAR;
- what only PostgreSQL indexes (part of a table, NULLs that are equal) is dropped in silence.

Foreign keys are enforced, and transactions begin when we say so.
"""

from sqlite3 import Connection as DriverConnection

from sqlalchemy import ARRAY, JSON, Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from shop.models import Base

for table in Base.metadata.tables.values():
    for column in table.columns:
        if isinstance(column.type, JSON | ARRAY):
            column.type, column.server_default = JSON(), None


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
