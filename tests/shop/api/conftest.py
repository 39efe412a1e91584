"""What the tests of the API start from: products on the shelf, an order, and counted rows."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from shop.models import Base, Product

Rows = Callable[[type[Base]], Awaitable[int]]
AddProduct = Callable[..., Awaitable[Product]]


@pytest.fixture
def rows(sessions: async_sessionmaker[AsyncSession]) -> Rows:
    """How many rows a table has now, whatever a session still remembers."""

    async def rows(model: type[Base]) -> int:
        async with sessions() as session:
            return await session.scalar(select(func.count()).select_from(model)) or 0

    return rows


@pytest.fixture
def add_product(sessions: async_sessionmaker[AsyncSession]) -> AddProduct:
    async def add_product(sku: str = "PEN-1", **changes: Any) -> Product:
        values = {"name": "Pen", "price": Decimal("2.50"), "stock": 10} | changes
        async with sessions.begin() as session:
            product = Product(sku=sku, **values)
            session.add(product)
        return product

    return add_product


@pytest.fixture
async def product(add_product: AddProduct) -> Product:
    """A pen at 2.50, ten in stock."""
    return await add_product()


@pytest.fixture
async def order(auth_client: AsyncClient, product: Product) -> dict[str, Any]:
    """An order of three pens by ``user``, as the API answered it."""
    lines = [{"product_id": product.id, "quantity": 3}]
    return (await auth_client.post("/orders", json={"lines": lines})).json()
