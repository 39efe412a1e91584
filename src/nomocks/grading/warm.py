"""What the process that test runs are forked from does once, so that no run has to."""

import importlib
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import configure_mappers

from nomocks.testing.factories import ProductFactory, UserFactory
from shop.provider import certificates

MODULES = (
    "anyio._backends._asyncio",  # else imported at a run's first request
    "asyncpg",
    "nomocks.testing.cells",
    "nomocks.testing.limits",
    "nomocks.testing.plugin",
    "pytest_asyncio.plugin",
    "respx",
    "shop.api",
    "shop.models",
    "shop.otherwise.catalogue",
    "shop.otherwise.orders",
    "shop.otherwise.payments",
    "shop.otherwise.refunds",
    "shop.otherwise.returns",
    "shop.otherwise.users",
    "shop.services.catalogue",
    "shop.services.orders",
    "shop.services.pages",
    "shop.services.refunds",
    "shop.services.returns",
    "shop.services.users",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "sqlalchemy.ext.asyncio",
)


def up() -> None:
    """Import it, and have SQLAlchemy set up what it sets up at the first use."""
    for module in MODULES:
        importlib.import_module(module)
    draw_the_same()
    configure_mappers()
    certificates()
    for each in (UserFactory, ProductFactory):
        each.build()  # Faker reads all its languages
    dialect = create_async_engine("postgresql+asyncpg://").dialect  # connects to nothing
    for mapper in importlib.import_module("shop.models").Base.registry.mappers:
        key = mapper.local_table.primary_key.columns
        for statement in (
            select(mapper),
            insert(mapper.local_table).returning(*key),
            update(mapper.local_table),
            delete(mapper.local_table),
        ):
            statement.compile(dialect=dialect)


def draw_the_same() -> None:
    """Have Hypothesis draw the same examples whatever modules are there.

    It mixes in constants of all modules outside of site-packages: it parses each of them before
    its first draw, and a change in any makes the examples others. No setting turns that off.
    """
    providers: Any = importlib.import_module("hypothesis.internal.conjecture.providers")
    none = providers._local_constants
    providers._get_local_constants = lambda: none
