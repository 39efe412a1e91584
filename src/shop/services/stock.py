"""Lines of an order, and the stock that they are taken from."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.errors import Invalid, NotFound, OutOfStock
from shop.models import Product


class Line(NamedTuple):
    product_id: int
    quantity: int


def added_together(lines: Sequence[Line]) -> Counter[int]:
    """The quantity of each product. Raises Invalid without lines or for a quantity below 1."""
    if not lines:
        raise Invalid("Name at least one product, and how many of it.")
    quantities: Counter[int] = Counter()
    for product_id, quantity in lines:
        if quantity < 1:
            raise Invalid(f"The quantity of product {product_id} is {quantity}: name 1 or more.")
        quantities[product_id] += quantity
    return quantities


async def lock_products(session: AsyncSession, ids: Iterable[int]) -> dict[int, Product]:
    """The products as they are now, until the transaction ends.

    Everyone locks them in order of id, so that no two wait for each other.
    """
    query = (
        select(Product)
        .where(Product.id.in_(ids))
        .order_by(Product.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {product.id: product for product in await session.scalars(query)}


def check_stock(products: Mapping[int, Product], quantities: Mapping[int, int]) -> None:
    """Raises NotFound for a product that is missing, OutOfStock for one with too few pieces."""
    if missing := quantities.keys() - products.keys():
        raise NotFound(f"There is no product {min(missing)}.")
    for id, product in products.items():
        if product.stock < quantities[id]:
            raise OutOfStock(f"Of {product.name}, only {product.stock} are left.")
