"""Products: creating, changing and finding them."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from shop.errors import Invalid, NotFound, SkuTaken
from shop.models import Category, Product


async def test_a_product_is_stored_as_given(session, shop):
    books = Category(name="Books")
    session.add(books)
    await session.flush()
    product = await shop.catalogue.create_product(
        session,
        sku="BOOK-1",
        name="Dune",
        price=Decimal("9.50"),
        stock=3,
        category_id=books.id,
        attributes={"pages": 612},
        tags=["classic"],
    )
    await session.refresh(product)
    assert (product.sku, product.name, product.price) == ("BOOK-1", "Dune", Decimal("9.50"))
    assert (product.stock, product.category_id) == (3, books.id)
    assert (product.attributes, product.tags) == ({"pages": 612}, ["classic"])


async def test_a_product_has_no_stock_attributes_or_tags_unless_given(session, shop):
    product = await shop.catalogue.create_product(
        session, sku="PEN", name="Pen", price=Decimal("1.00")
    )
    assert (product.stock, product.category_id) == (0, None)
    assert (product.attributes, product.tags) == ({}, [])


async def test_a_price_always_has_two_places(session, shop):
    product = await shop.catalogue.create_product(session, sku="PEN", name="Pen", price=Decimal(5))
    assert str(product.price) == "5.00"
    await shop.catalogue.update_product(session, product.id, price=Decimal("4.5"))
    assert str(product.price) == "4.50"


async def test_a_change_is_checked_before_its_product_is_looked_for(session, shop):
    with pytest.raises(Invalid, match="color"):
        await shop.catalogue.update_product(session, 12345, color="red")


async def test_a_product_keeps_its_id(session, shop, make_product):
    product = await make_product()
    with pytest.raises(Invalid, match="no id that could be changed"):
        await shop.catalogue.update_product(session, product.id, id=product.id + 1)


@pytest.mark.parametrize("price", ["9.995", "1e400", "NaN"])
@pytest.mark.parametrize("bound", ["min_price", "max_price"])
async def test_a_bound_that_is_no_amount_of_money_is_refused(session, shop, bound, price):
    with pytest.raises(Invalid, match="amount of money"):
        await shop.catalogue.find_products(session, **{bound: Decimal(price)})


@pytest.mark.parametrize(
    "price", ["0", "-1", "0.001", "2.505", "100000000", "NaN", "Infinity", "1e40"]
)
async def test_a_price_that_makes_no_sense_is_refused(session, shop, make_product, price):
    with pytest.raises(Invalid):
        await shop.catalogue.create_product(session, sku="PEN", name="Pen", price=Decimal(price))
    product = await make_product(price="3.00")
    with pytest.raises(Invalid):
        await shop.catalogue.update_product(session, product.id, price=Decimal(price))
    assert product.price == Decimal("3.00")


async def test_a_negative_stock_is_refused(session, shop, make_product):
    with pytest.raises(Invalid):
        await shop.catalogue.create_product(
            session, sku="NEW", name="Pen", price=Decimal(1), stock=-1
        )
    product = await make_product(stock=4)
    with pytest.raises(Invalid):
        await shop.catalogue.update_product(session, product.id, stock=-1)
    assert product.stock == 4


async def test_a_sku_is_taken_once_and_the_session_stays_usable(session, shop):
    await shop.catalogue.create_product(session, sku="PEN", name="Pen", price=Decimal(1))
    with pytest.raises(SkuTaken, match="PEN"):
        await shop.catalogue.create_product(session, sku="PEN", name="Other", price=Decimal(2))
    await shop.catalogue.create_product(session, sku="PEN-2", name="Other", price=Decimal(2))
    assert (await session.scalars(select(Product.sku).order_by(Product.id))).all() == [
        "PEN",
        "PEN-2",
    ]


async def test_a_product_of_no_category_that_exists_is_refused(session, shop, make_product):
    with pytest.raises(NotFound, match="category 12345"):
        await shop.catalogue.create_product(
            session, sku="NEW", name="Pen", price=Decimal(1), category_id=12345
        )
    product = await make_product()
    with pytest.raises(NotFound, match="category 12345"):
        await shop.catalogue.update_product(session, product.id, category_id=12345)
    assert product.category_id is None


async def test_a_product_is_found_by_id(session, shop, make_product):
    product = await make_product()
    assert await shop.catalogue.get_product(session, product.id) is product
    assert await shop.catalogue.get_product(session, product.id + 1) is None


async def test_only_the_named_columns_of_the_one_product_change(session, shop, make_product):
    pen, other = await make_product("Pen", tags=["blue"]), await make_product("Other")
    changed = await shop.catalogue.update_product(
        session, pen.id, name="Pencil", attributes={"hard": 2}
    )
    assert changed is pen
    stored = await session.execute(
        select(Product.name, Product.attributes, Product.tags).order_by(Product.id)
    )
    assert stored.all() == [("Pencil", {"hard": 2}, ["blue"]), ("Other", {}, [])]
    assert (pen.name, pen.attributes, pen.tags, pen.stock) == ("Pencil", {"hard": 2}, ["blue"], 10)
    assert other.name == "Other"


async def test_a_category_can_be_taken_away_again(session, shop, make_product):
    category = Category(name="Books")
    session.add(category)
    product = await make_product()
    await shop.catalogue.update_product(session, product.id, category_id=category.id)
    assert product.category_id == category.id
    await shop.catalogue.update_product(session, product.id, category_id=None)
    assert product.category_id is None


async def test_a_product_can_not_take_the_sku_of_another(session, shop, make_product):
    await make_product(sku="A")
    second = await make_product(sku="B")
    with pytest.raises(SkuTaken, match="A"):
        await shop.catalogue.update_product(session, second.id, sku="A", name="Changed")
    assert (second.sku, second.name) == ("B", "Pen")
    await shop.catalogue.update_product(session, second.id, sku="C")
    assert await session.scalar(select(Product.sku).where(Product.id == second.id)) == "C"


async def test_a_change_without_columns_changes_nothing(session, shop, make_product):
    product = await make_product()
    assert await shop.catalogue.update_product(session, product.id) is product
    assert product.name == "Pen"


async def test_a_product_that_does_not_exist_can_not_be_changed(session, shop):
    with pytest.raises(NotFound, match="product 12345"):
        await shop.catalogue.update_product(session, 12345, name="Pencil")


@pytest.mark.parametrize("column", ["colour", "reviews"])
async def test_what_is_no_column_to_change_is_refused(session, shop, make_product, column):
    product = await make_product()
    with pytest.raises(Invalid, match=column):
        await shop.catalogue.update_product(session, product.id, **{column: 1})


@pytest.fixture
async def shelf(session, make_product):
    """Five products, made in another order than that of their names."""
    media = Category(name="Media")
    books = Category(name="Books", parent=media)
    novels = Category(name="Novels", parent=books)
    tools = Category(name="Tools")
    session.add_all([novels, tools])
    await session.flush()
    await make_product(
        "Novel", "8.00", 0, category_id=novels.id, tags=["classic", "paper"], sku="N"
    )
    await make_product("Atlas", "30.00", 2, category_id=books.id, tags=["paper"], sku="100%_map")
    await make_product(
        "Hammer", "12.00", 5, category_id=tools.id, attributes={"kg": 1, "of": {"head": "steel"}}
    )
    await make_product("Film", "8.00", 1, category_id=media.id, tags=["classic"])
    await make_product("Gift", "5.00", 1, attributes={"kg": 1})
    return {category.name: category.id for category in (media, books, novels, tools)}


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["Atlas", "Film", "Gift", "Hammer", "Novel"]),
        ({"tag": "classic"}, ["Film", "Novel"]),
        ({"tag": "class"}, []),
        ({"attributes": {"kg": 1}}, ["Gift", "Hammer"]),
        ({"attributes": {"of": {"head": "steel"}}}, ["Hammer"]),
        ({"attributes": {"kg": "1"}}, []),
        ({"attributes": {}}, ["Atlas", "Film", "Gift", "Hammer", "Novel"]),
        ({"text": "aM"}, ["Hammer"]),
        ({"text": "MAP"}, ["Atlas"]),
        ({"text": "%"}, ["Atlas"]),
        ({"text": "0%_m"}, ["Atlas"]),
        ({"text": "0_"}, []),
        ({"min_price": Decimal("8.00")}, ["Atlas", "Film", "Hammer", "Novel"]),
        ({"max_price": Decimal("8.00")}, ["Film", "Gift", "Novel"]),
        ({"min_price": Decimal("8.00"), "max_price": Decimal("8.00")}, ["Film", "Novel"]),
        ({"in_stock": True}, ["Atlas", "Film", "Gift", "Hammer"]),
        ({"in_stock": True, "tag": "classic"}, ["Film"]),
    ],
)
async def test_products_are_filtered_and_in_order_of_name(session, shop, filters, expected):
    page = await shop.catalogue.find_products(session, **filters)
    assert [product.name for product in page.items] == expected
    assert page.total == len(expected)


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("Media", ["Atlas", "Film", "Novel"]),
        ("Books", ["Atlas", "Novel"]),
        ("Novels", ["Novel"]),
        ("Tools", ["Hammer"]),
    ],
)
async def test_a_category_includes_those_below_it(session, shop, shelf, category, expected):
    page = await shop.catalogue.find_products(session, category_id=shelf[category])
    assert [product.name for product in page.items] == expected


@pytest.mark.usefixtures("shelf")
async def test_a_category_that_does_not_exist_has_no_products(session, shop):
    page = await shop.catalogue.find_products(session, category_id=12345)
    assert (page.items, page.total) == ((), 0)


async def test_products_of_one_name_are_in_order_of_id(session, shop, make_product):
    made = [await make_product("Same") for _ in range(5)]
    made[0].stock = 1  # an update moves the row behind the others in the table
    await session.flush()
    page = await shop.catalogue.find_products(session)
    assert page.items == tuple(made)


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(("offset", "expected"), [(0, ["Atlas", "Film"]), (4, ["Novel"]), (5, [])])
async def test_a_page_of_products_tells_how_many_match(session, shop, offset, expected):
    page = await shop.catalogue.find_products(session, limit=2, offset=offset)
    assert [product.name for product in page.items] == expected
    assert page.total == 5


@pytest.mark.parametrize("bounds", [{"limit": 0}, {"limit": -1}, {"offset": -1}])
async def test_a_page_outside_the_list_is_refused(session, shop, bounds):
    for listing in (
        shop.catalogue.find_products,
        shop.users.list_users,
        shop.orders.page_of_orders,
    ):
        with pytest.raises(Invalid):
            await listing(session, **bounds)
