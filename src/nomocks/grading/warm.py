"""Imported once by the process that test runs are forked from: all that a run needs."""

import gc
import importlib

from sqlalchemy.orm import configure_mappers

MODULES = (
    "asyncpg",
    "nomocks.grading.child",
    "nomocks.testing.cells",
    "nomocks.testing.factories",
    "nomocks.testing.limits",
    "nomocks.testing.plugin",
    "pytest_asyncio.plugin",
    "shop.models",
    "shop.otherwise.catalogue",
    "shop.otherwise.orders",
    "shop.otherwise.users",
    "shop.services.catalogue",
    "shop.services.orders",
    "shop.services.pages",
    "shop.services.users",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "sqlalchemy.ext.asyncio",
)

for module in MODULES:
    importlib.import_module(module)
configure_mappers()
gc.collect()
gc.freeze()
