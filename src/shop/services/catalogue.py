"""What the shop sells: products, the tree of their categories, and reviews."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from shop.errors import AlreadyReviewed, Conflict, Invalid, NotFound, ShopError, SkuTaken
from shop.models import Category, Product, Review
from shop.services.constraints import savepoint
from shop.services.money import money
from shop.services.pages import Page, read_page

CHANGEABLE = {"sku", "name", "price", "stock", "category_id", "attributes", "tags"}


async def create_product(
    session: AsyncSession,
    *,
    sku: str,
    name: str,
    price: Decimal,
    stock: int = 0,
    category_id: int | None = None,
    attributes: Mapping[str, Any] | None = None,
    tags: Sequence[str] = (),
) -> Product:
    """A new product. Raises SkuTaken, NotFound for the category, Invalid for price and stock."""
    product = Product(
        sku=sku,
        name=name,
        price=money(price),
        stock=stock,
        category_id=category_id,
        attributes=dict(attributes or {}),
        tags=list(tags),
    )
    async with savepoint(session, product_errors(sku, category_id)):
        session.add(product)
    return product


def product_errors(sku: str | None, category_id: int | None) -> dict[str, ShopError]:
    """What the constraints of the products' table say."""
    return {
        "uq_products_sku": SkuTaken(f"Another product has the SKU {sku}."),
        "fk_products_category_id": NotFound(f"There is no category {category_id}."),
        "ck_products_price_positive": Invalid("A price is more than 0.00."),
        "ck_products_stock_not_negative": Invalid("A stock is 0 or more."),
    }


async def get_product(session: AsyncSession, id: int) -> Product | None:
    return await session.scalar(select(Product).where(Product.id == id))


async def update_product(session: AsyncSession, id: int, /, **changes: Any) -> Product:
    """Set the columns that are named. Raises NotFound, SkuTaken, Invalid."""
    values = checked(changes)
    product = await get_product(session, id)
    if product is None:
        raise NotFound(f"There is no product {id}.")
    try:
        async with savepoint(session, product_errors(values.get("sku"), values.get("category_id"))):
            for column, value in values.items():
                setattr(product, column, value)
    finally:
        await session.refresh(product)
    return product


def checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes of a product, ready to be stored. Raises Invalid for one that can't be."""
    if unknown := changes.keys() - CHANGEABLE:
        raise Invalid(f"A product has no {min(unknown)} that could be changed.")
    values = dict(changes)
    if "price" in values:
        values["price"] = money(values["price"])
    return values


async def find_products(
    session: AsyncSession,
    *,
    category_id: int | None = None,
    tag: str | None = None,
    attributes: Mapping[str, Any] | None = None,
    text: str | None = None,
    min_price: Decimal | None = None,
    max_price: Decimal | None = None,
    in_stock: bool = False,
    limit: int = 20,
    offset: int = 0,
) -> Page[Product]:
    """Products that match all that is given, by name and then id.

    A category includes those below it, `attributes` are contained in the product's, `text` is part
    of the name or the SKU in upper or lower case, and both prices belong to the range. Raises
    Invalid for a price that is no amount of money, or a limit or an offset that is no number of
    rows.
    """
    query = select(Product).order_by(Product.name, Product.id)
    if category_id is not None:
        query = query.where(Product.category_id.in_(_with_those_below(category_id)))
    if tag is not None:
        query = query.where(Product.tags.contains([tag]))
    if attributes is not None:
        query = query.where(Product.attributes.contains(dict(attributes)))
    if text is not None:
        in_name = Product.name.icontains(text, autoescape=True)
        query = query.where(in_name | Product.sku.icontains(text, autoescape=True))
    if min_price is not None:
        query = query.where(Product.price >= money(min_price))
    if max_price is not None:
        query = query.where(Product.price <= money(max_price))
    if in_stock:
        query = query.where(Product.stock > 0)
    return await read_page(session, query, limit=limit, offset=offset)


def _with_those_below(category_id: int) -> Select[int]:
    below = select(Category.id).where(Category.id == category_id).cte("below", recursive=True)
    below = below.union(select(Category.id).join(below, Category.parent_id == below.c.id))
    return select(below.c.id)


async def create_category(
    session: AsyncSession, *, name: str, parent_id: int | None = None
) -> Category:
    """A new category. Raises NotFound for its parent, Conflict for a name twice there."""
    category = Category(name=name, parent_id=parent_id)
    async with savepoint(session, category_errors(name, parent_id)):
        session.add(category)
    return category


def category_errors(name: str, parent_id: int | None) -> dict[str, ShopError]:
    """What the constraints of the categories' table say."""
    return {
        "fk_categories_parent_id": NotFound(f"There is no category {parent_id}."),
        "uq_categories_parent_id_name": Conflict(f"There is already a category {name} there."),
    }


async def category_tree(session: AsyncSession) -> list[Category]:
    """The categories without a parent, with all below them loaded; siblings by name."""
    query = select(Category).order_by(Category.name, Category.id)
    categories = (await session.scalars(query)).all()
    children: dict[int | None, list[Category]] = defaultdict(list)
    for category in categories:
        children[category.parent_id].append(category)
    for category in categories:
        set_committed_value(category, "children", children[category.id])
    return children[None]


async def add_review(
    session: AsyncSession, *, user_id: int, product_id: int, rating: int, body: str = ""
) -> Review:
    """A user's one review of a product. Raises NotFound, AlreadyReviewed, Invalid."""
    review = Review(user_id=user_id, product_id=product_id, rating=rating, body=body)
    errors: dict[str, ShopError] = {
        "fk_reviews_user_id": NotFound(f"There is no user {user_id}."),
        "fk_reviews_product_id": NotFound(f"There is no product {product_id}."),
        "uq_reviews_product_id_user_id": AlreadyReviewed("You have reviewed this product before."),
        "ck_reviews_rating_one_to_five": Invalid("A rating is a whole number from 1 to 5."),
    }
    async with savepoint(session, errors):
        session.add(review)
    return review


async def rating_of(session: AsyncSession, product_id: int) -> Decimal | None:
    """The average of the product's ratings with two places; none without a review."""
    average = func.round(func.avg(Review.rating), 2)
    return await session.scalar(select(average).where(Review.product_id == product_id))
