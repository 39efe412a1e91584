"""The suite that every strategy runs: 100 tests, each of which a row left by another would break.

Each builds three to five objects, commits them as application code would, and reads them back.
The same e-mail address, SKU or name comes again in every test, and all of them are unique.
"""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from benchmarks.models import Address, Category, Customer, Order, OrderItem, Product, Tag

TIMES = 10  # each of the ten kinds of test
repeated = pytest.mark.parametrize("number", range(TIMES))


async def test_first(session: AsyncSession) -> None:
    """Not counted: it pays for what a whole run needs once (schema, engine, connection)."""
    assert await session.scalar(select(func.count()).select_from(Customer)) == 0


@repeated
async def test_customer_has_addresses(session: AsyncSession, number: int) -> None:
    addresses = [Address(street=f"{number} High Street"), Address(street="Mill Lane")]
    session.add(Customer(email="ada@example.org", name="Ada", addresses=addresses))
    await session.commit()
    query = select(Customer).options(selectinload(Customer.addresses))
    customer = (await session.scalars(query)).one()
    assert [address.street for address in customer.addresses] == [
        f"{number} High Street",
        "Mill Lane",
    ]


@repeated
async def test_category_lists_its_products(session: AsyncSession, number: int) -> None:
    products = [Product(sku=f"SKU-{each}", price=100 + number) for each in range(3)]
    session.add(Category(name="Books", products=products))
    await session.commit()
    query = select(Category).options(selectinload(Category.products))
    category = (await session.scalars(query)).one()
    assert {product.price for product in category.products} == {100 + number}


@repeated
async def test_product_has_tags(session: AsyncSession, number: int) -> None:
    tags = [Tag(label="new"), Tag(label="sale"), Tag(label=f"tag {number}")]
    session.add(Product(sku="SKU-1", price=100, tags=tags))
    await session.commit()
    product = (await session.scalars(select(Product).options(selectinload(Product.tags)))).one()
    assert {tag.label for tag in product.tags} == {"new", "sale", f"tag {number}"}


@repeated
async def test_order_has_items(session: AsyncSession, number: int) -> None:
    customer = Customer(email="ada@example.org", name="Ada")
    item = OrderItem(product=Product(sku="SKU-1", price=100), quantity=number + 1)
    session.add(Order(customer=customer, items=[item]))
    await session.commit()
    query = select(Order).options(selectinload(Order.items).selectinload(OrderItem.product))
    order = (await session.scalars(query)).one()
    assert [(item.product.sku, item.quantity) for item in order.items] == [("SKU-1", number + 1)]


@repeated
async def test_categories_form_a_tree(session: AsyncSession, number: int) -> None:
    children = [Category(name="Novels"), Category(name="Poetry"), Category(name=f"Year {number}")]
    session.add(Category(name="Books", children=children))
    await session.commit()
    query = select(Category).where(Category.parent_id.is_(None))
    root = (await session.scalars(query.options(selectinload(Category.children)))).one()
    assert len(root.children) == 3


@repeated
async def test_change_is_kept(session: AsyncSession, number: int) -> None:
    customer = Customer(email="ada@example.org", name="Ada")
    session.add_all([Order(customer=customer), Order(customer=customer)])
    await session.commit()
    customer.name = f"Ada {number}"
    await session.commit()
    query = select(Customer).options(selectinload(Customer.orders))
    found = (await session.scalars(query.execution_options(populate_existing=True))).one()
    assert (found.name, len(found.orders)) == (f"Ada {number}", 2)


@repeated
async def test_deleted_customer_takes_addresses_along(session: AsyncSession, number: int) -> None:
    kept = Customer(email="bob@example.org", name="Bob", addresses=[Address(street="Mill Lane")])
    gone = Customer(email="ada@example.org", name="Ada", addresses=[Address(street=f"{number} A")])
    session.add_all([kept, gone])
    await session.commit()
    await session.delete(gone)
    await session.commit()
    query = select(Customer).options(selectinload(Customer.addresses))
    assert [len(each.addresses) for each in await session.scalars(query)] == [1]


@repeated
async def test_orders_are_filtered(session: AsyncSession, number: int) -> None:
    customer = Customer(email="ada@example.org", name=f"Ada {number}")
    states = ["pending", "paid", "paid"]
    session.add_all([Order(customer=customer, status=status) for status in states])
    await session.commit()
    query = select(Order).where(Order.status == "paid").options(selectinload(Order.customer))
    assert [order.customer.name for order in await session.scalars(query)] == [f"Ada {number}"] * 2


@repeated
async def test_email_is_unique(session: AsyncSession, number: int) -> None:
    session.add(Customer(email="ada@example.org", name="Ada", addresses=[Address(street="A")]))
    await session.commit()
    session.add(Customer(email="ada@example.org", name=f"Ada {number}"))
    with pytest.raises(IntegrityError):
        await session.commit()


@repeated
async def test_items_are_counted(session: AsyncSession, number: int) -> None:
    customer = Customer(email="ada@example.org", name="Ada")
    product = Product(sku="SKU-1", price=100 + number)
    items = [OrderItem(product=product, quantity=2), OrderItem(product=product, quantity=3)]
    session.add(Order(customer=customer, items=items))
    await session.commit()
    query = select(func.sum(OrderItem.quantity * Product.price)).join(OrderItem.product)
    assert await session.scalar(query) == 5 * (100 + number)


async def test_last(session: AsyncSession) -> None:
    """Not counted: after it, what the whole run shared is taken down."""
    assert await session.scalar(select(func.count()).select_from(Customer)) == 0
