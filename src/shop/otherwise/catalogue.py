"""What the shop sells: statements that return what they wrote, and filters in one WHERE."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import ColumnElement, any_, func, literal, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, selectinload

from shop.errors import AlreadyReviewed, Invalid, NotFound
from shop.models import Category, Product, Review, User
from shop.otherwise.pages import counted_page
from shop.services.catalogue import category_errors, checked, product_errors
from shop.services.constraints import savepoint
from shop.services.money import CENT, money
from shop.services.pages import Page


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
    added = insert(Product).values(
        sku=sku,
        name=name,
        price=money(price),
        stock=stock,
        category_id=category_id,
        attributes=dict(attributes or {}),
        tags=list(tags),
    )
    async with savepoint(session, product_errors(sku, category_id)):
        return (await session.scalars(added.returning(Product))).one()


async def get_product(session: AsyncSession, id: int) -> Product | None:
    return (await session.scalars(select(Product).filter_by(id=id))).one_or_none()


async def update_product(session: AsyncSession, id: int, /, **changes: Any) -> Product:
    values = checked(changes)
    changed = update(Product).where(Product.id == id).values(values or {"id": Product.id})
    options = {"populate_existing": True, "synchronize_session": False}
    async with savepoint(session, product_errors(values.get("sku"), values.get("category_id"))):
        found = await session.scalars(changed.returning(Product), execution_options=options)
    product = found.one_or_none()
    if product is None:
        raise NotFound(f"There is no product {id}.")
    return product


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
    conditions: list[ColumnElement[bool]] = [
        true() if category_id is None else _is_at_or_below(category_id),
        true() if tag is None else literal(tag) == any_(Product.tags),
        Product.attributes.contains(dict(attributes or {})),
        true() if text is None else _part_of(Product.name, text) | _part_of(Product.sku, text),
        true() if min_price is None else ~(Product.price < money(min_price)),
        true() if max_price is None else ~(Product.price > money(max_price)),
        Product.stock != 0 if in_stock else true(),
    ]
    query = select(Product).where(*conditions).order_by(Product.name, Product.id)
    return await counted_page(session, query, limit=limit, offset=offset)


def _part_of(column: Any, text: str) -> ColumnElement[bool]:
    return func.strpos(func.lower(column), func.lower(text)) > 0


def _is_at_or_below(category_id: int) -> ColumnElement[bool]:
    """Climb from the product's category to the root, and see whether this one is on the way."""
    start, parent = aliased(Category), aliased(Category)
    path = (
        select(start.id, start.parent_id)
        .where(start.id == Product.category_id)
        .correlate(Product)
        .cte("path", recursive=True, nesting=True)
    )
    path = path.union(select(parent.id, parent.parent_id).where(parent.id == path.c.parent_id))
    return select(path.c.id).where(path.c.id == category_id).correlate(Product).exists()


async def create_category(
    session: AsyncSession, *, name: str, parent_id: int | None = None
) -> Category:
    added = insert(Category).values(name=name, parent_id=parent_id).returning(Category)
    async with savepoint(session, category_errors(name, parent_id)):
        return (await session.scalars(added)).one()


async def category_tree(session: AsyncSession) -> list[Category]:
    """One query a level, where the first implementation reads all of the table at once."""
    roots = (
        select(Category)
        .where(Category.parent_id.is_(None))
        .options(selectinload(Category.children, recursion_depth=-1))
        .execution_options(populate_existing=True)
    )
    tree = list(await session.scalars(roots))
    # The database knows which name comes first in its language; Python goes by code points.
    by_name = select(Category.id).order_by(Category.name, Category.id)
    _sort(tree, {id: place for place, id in enumerate(await session.scalars(by_name))})
    return tree


def _sort(categories: list[Category], places: Mapping[int, int]) -> None:
    categories.sort(key=lambda category: places[category.id])
    for category in categories:
        _sort(category.children, places)


async def add_review(
    session: AsyncSession, *, user_id: int, product_id: int, rating: int, body: str = ""
) -> Review:
    if not 1 <= rating <= 5:
        raise Invalid("A rating is a whole number from 1 to 5.")
    # The locks keep both from being deleted until the review is committed.
    for model, id in ((Product, product_id), (User, user_id)):
        there = select(model.id).where(model.id == id).with_for_update(read=True, key_share=True)
        if await session.scalar(there) is None:
            raise NotFound(f"There is no {model.__name__.lower()} {id}.")
    added = insert(Review).values(user_id=user_id, product_id=product_id, rating=rating, body=body)
    review: Review | None = await session.scalar(added.on_conflict_do_nothing().returning(Review))
    if review is None:
        raise AlreadyReviewed("You have reviewed this product before.")
    return review


async def rating_of(session: AsyncSession, product_id: int) -> Decimal | None:
    totals = select(func.sum(Review.rating), func.count()).where(Review.product_id == product_id)
    points, number = (await session.execute(totals)).one()
    return (Decimal(points) / number).quantize(CENT, ROUND_HALF_UP) if number else None
