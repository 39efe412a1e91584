"""How Alembic reaches the shop's database: by asyncpg, or not at all (``--sql``).

A caller in Python names the database in ``config.attributes``: a ``connection`` (also an engine of
either kind), or a ``url``. The command line takes it from the variable DATABASE_URL.
"""

import asyncio
import os
from logging.config import fileConfig

from alembic import context
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, NullPool, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from shop.models import Base

config = context.config
lock_timeout = config.get_main_option("lock_timeout", "5s")


def database_url() -> URL:
    """The database for asyncpg, whatever driver was named."""
    url = config.attributes.get("url") or os.environ.get("DATABASE_URL")
    if not url:
        raise CommandError("No database is named: set DATABASE_URL to its URL.")
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.get_backend_name() != "postgresql":
        raise CommandError(
            "The URL names no PostgreSQL database: write it as "
            "postgresql://user:password@host:5432/database."
        )
    return parsed.set(drivername="postgresql+asyncpg")


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_server_default=True,
        transaction_per_migration=True,  # an autocommit block may end only its own revision's
    )
    with context.begin_transaction():
        context.run_migrations()


async def connect_and_migrate(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await connection.run_sync(migrate)


def migrate_online() -> None:
    given = config.attributes.get("connection")
    if isinstance(given, Connection):
        migrate(given)
    elif isinstance(given, Engine):
        with given.connect() as connection:
            migrate(connection)
    else:
        engine = given or create_async_engine(
            database_url(),
            poolclass=NullPool,
            connect_args={"server_settings": {"lock_timeout": lock_timeout}},
        )
        asyncio.run(connect_and_migrate(engine))


def migrate_offline() -> None:
    context.configure(
        dialect_name="postgresql",
        target_metadata=Base.metadata,
        literal_binds=True,
        transaction_per_migration=True,
    )
    context.execute(f"SET lock_timeout = '{lock_timeout}'")
    with context.begin_transaction():
        context.run_migrations()


if config.cmd_opts is not None and config.config_file_name is not None:  # on the command line
    fileConfig(config.config_file_name)
if context.is_offline_mode():
    migrate_offline()
else:
    migrate_online()
