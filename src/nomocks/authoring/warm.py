"""Imported once by the process that chapters' kernels are forked from: all that chapters import."""

import gc
import importlib

MODULES = (
    "IPython",
    "ipykernel.ipkernel",
    "matplotlib_inline.backend_inline",
    "matplotlib.pyplot",
    "nomocks.testing.cells",
    "nomocks.testing.notebook",
    "nomocks.testing.plugin",
    "aiosqlite",
    "alembic.autogenerate",
    "asyncpg",
    "factory",
    "psycopg",
    "pytest_asyncio.plugin",
    "shop.models",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "sqlalchemy.ext.asyncio",
)

for module in MODULES:
    importlib.import_module(module)
gc.freeze()
