"""What the process that test runs are forked from imports once, so that no run has to."""

import importlib

from sqlalchemy.orm import configure_mappers

MODULES = (
    "asyncpg",
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


def up() -> None:
    """Import them."""
    for module in MODULES:
        importlib.import_module(module)
    configure_mappers()
