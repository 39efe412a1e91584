"""The suite that every strategy runs: ten kinds of test on the shop, each of them ten times.

A test builds three to five objects, commits them as application code would, and reads them back. A
row left by another test would break it: the same e-mail address, SKU or name comes in every one.
"""

from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from shop.models import Category, Order, OrderItem, OrderStatus, Product, Review, User


def ann(name: str = "Ann") -> User:
    return User(email="ann@example.org", name=name)


def tea(price: int = 4) -> Product:
    return Product(sku="TEA-1", name="Tea", price=Decimal(price), stock=10)


async def test_first(session: AsyncSession) -> None:
    """Not counted: it pays for what a whole run needs once (schema, engine, connection)."""
    assert await session.scalar(select(func.count()).select_from(User)) == 0


async def test_user_has_favorites(session: AsyncSession, number: int) -> None:
    cup = Product(sku="CUP-1", name=f"Cup {number}", price=Decimal(8))
    session.add(User(email="ann@example.org", name="Ann", favorites=[tea(), cup]))
    await session.commit()
    user = (await session.scalars(select(User).options(selectinload(User.favorites)))).one()
    assert {product.name for product in user.favorites} == {"Tea", f"Cup {number}"}


async def test_category_lists_its_products(session: AsyncSession, number: int) -> None:
    products = [
        Product(sku=f"TEA-{each}", name="Tea", price=Decimal(number + 1), tags=["hot", "drink"])
        for each in range(3)
    ]
    session.add(Category(name="Drinks", products=products))
    await session.commit()
    query = select(Category).options(selectinload(Category.products))
    category = (await session.scalars(query)).one()
    assert {product.price for product in category.products} == {Decimal(number + 1)}


async def test_product_has_reviews(session: AsyncSession, number: int) -> None:
    bob = User(email="bob@example.org", name="Bob")
    product = tea()
    product.attributes = {"origin": f"garden {number}"}
    product.reviews = [Review(user=ann(), rating=5), Review(user=bob, rating=3)]
    session.add(product)
    await session.commit()
    query = select(Product).options(selectinload(Product.reviews))
    found = (await session.scalars(query)).one()
    assert found.attributes == {"origin": f"garden {number}"}
    assert sum(review.rating for review in found.reviews) == 8


async def test_order_has_items(session: AsyncSession, number: int) -> None:
    item = OrderItem(product=tea(), quantity=number + 1, unit_price=Decimal(4))
    session.add(Order(user=ann(), items=[item]))
    await session.commit()
    query = select(Order).options(selectinload(Order.items).selectinload(OrderItem.product))
    order = (await session.scalars(query)).one()
    assert [(item.product.sku, item.quantity) for item in order.items] == [("TEA-1", number + 1)]


async def test_categories_form_a_tree(session: AsyncSession, number: int) -> None:
    children = [Category(name="Tea"), Category(name="Coffee"), Category(name=f"Year {number}")]
    session.add(Category(name="Drinks", children=children))
    await session.commit()
    query = select(Category).where(Category.parent_id.is_(None))
    root = (await session.scalars(query.options(selectinload(Category.children)))).one()
    assert len(root.children) == 3


async def test_change_is_kept(session: AsyncSession, number: int) -> None:
    user = ann()
    session.add_all([Order(user=user), Order(user=user)])
    await session.commit()
    user.name = f"Ann {number}"
    await session.commit()
    query = select(User).options(selectinload(User.orders))
    found = (await session.scalars(query.execution_options(populate_existing=True))).one()
    assert (found.name, len(found.orders)) == (f"Ann {number}", 2)


async def test_deleted_product_takes_reviews_along(session: AsyncSession, number: int) -> None:
    kept, gone, user = tea(), Product(sku="CUP-1", name="Cup", price=Decimal(8)), ann()
    session.add_all([Review(product=kept, user=user, rating=5)])
    session.add_all([Review(product=gone, user=user, rating=number % 5 + 1)])
    await session.commit()
    await session.delete(gone)
    await session.commit()
    query = select(User).options(selectinload(User.reviews))
    found = (await session.scalars(query.execution_options(populate_existing=True))).one()
    assert [review.rating for review in found.reviews] == [5]


async def test_orders_are_filtered(session: AsyncSession, number: int) -> None:
    user = ann(f"Ann {number}")
    states = [OrderStatus.PENDING, OrderStatus.PAID, OrderStatus.PAID]
    session.add_all([Order(user=user, status=status) for status in states])
    await session.commit()
    query = select(Order).where(Order.status == OrderStatus.PAID).options(selectinload(Order.user))
    assert [order.user.name for order in await session.scalars(query)] == [f"Ann {number}"] * 2


async def test_email_is_unique(session: AsyncSession, number: int) -> None:
    session.add_all([ann(), tea()])
    await session.commit()
    session.add(ann(f"Ann {number}"))
    with pytest.raises(IntegrityError):
        await session.commit()


async def test_stock_is_not_oversold(session: AsyncSession, number: int) -> None:
    session.add(Category(name="Drinks", products=[tea()]))
    await session.commit()
    query = select(Category).options(selectinload(Category.products))
    (product,) = (await session.scalars(query)).one().products
    product.stock -= 11 + number
    with pytest.raises(IntegrityError):
        await session.commit()


async def test_last(session: AsyncSession) -> None:
    """Not counted: after it, what the whole run shared is taken down."""
    assert await session.scalar(select(func.count()).select_from(User)) == 0
