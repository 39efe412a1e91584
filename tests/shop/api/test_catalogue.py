"""Products, categories and reviews over HTTP."""

from decimal import Decimal
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from shop.models import Category, Product, Review
from tests.shop.api.conftest import AddProduct, Rows

NEW = {
    "sku": "INK-1",
    "name": "Ink",
    "price": "8.70",
    "stock": 3,
    "attributes": {"color": "blue", "ml": 50, "washable": True},
    "tags": ["office"],
}


async def test_what_was_created_can_be_read(admin_client: AsyncClient, client: AsyncClient) -> None:
    created = await admin_client.post("/products", json=NEW)
    assert created.status_code == 201
    id = created.json()["id"]
    assert created.json() == NEW | {"id": id, "category_id": None}
    read = await client.get(f"/products/{id}")
    assert read.status_code == 200
    assert read.json() == created.json() | {"rating": None}


async def test_a_price_is_a_string_with_two_decimals(admin_client: AsyncClient) -> None:
    answer = await admin_client.post("/products", json=NEW | {"price": 8})
    assert answer.json()["price"] == "8.00"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sku", ""),
        ("sku", "X" * 33),
        ("name", ""),
        ("name", "X" * 201),
        ("name", "I\x00nk"),
        ("price", "0"),
        ("price", "-1"),
        ("price", "1.005"),
        ("price", "123456789.00"),
        ("price", "NaN"),
        ("price", "cheap"),
        ("stock", -1),
        ("stock", 2**31),
        ("stock", 1.5),
        ("category_id", 0),
        ("category_id", 2**31),
        ("attributes", {"color": "\x00"}),
        ("attributes", ["blue"]),
        ("tags", "office"),
        ("discount", 10),
    ],
)
async def test_a_product_that_makes_no_sense_is_refused(
    admin_client: AsyncClient, rows: Rows, field: str, value: object
) -> None:
    answer = await admin_client.post("/products", json=NEW | {field: value})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][:2] == ["body", field]
    assert await rows(Product) == 0


async def test_a_taken_sku_is_a_conflict_and_leaves_one_product(
    admin_client: AsyncClient, rows: Rows
) -> None:
    await admin_client.post("/products", json=NEW)
    assert (await admin_client.post("/products", json=NEW)).status_code == 409
    assert await rows(Product) == 1


async def test_a_product_of_an_unknown_category_is_not_found(
    admin_client: AsyncClient, rows: Rows
) -> None:
    answer = await admin_client.post("/products", json=NEW | {"category_id": 12345})
    assert answer.status_code == 404
    assert await rows(Product) == 0


@pytest.mark.parametrize(("id", "status"), [("12345", 404), ("0", 422), (str(2**31), 422)])
async def test_an_unknown_product(client: AsyncClient, id: str, status: int) -> None:
    assert (await client.get(f"/products/{id}")).status_code == status


async def names(client: AsyncClient, **wanted: Any) -> list[str]:
    answer = await client.get("/products", params=wanted)
    assert answer.status_code == 200, answer.json()
    return [product["name"] for product in answer.json()["items"]]


async def test_filters_choose_products(client: AsyncClient, add_product: AddProduct) -> None:
    await add_product("A", name="Axe", price=Decimal("20"), tags=["garden"], attributes={"cm": 60})
    await add_product("B", name="Bell", price=Decimal("5"), stock=0, attributes={"color": "red"})
    await add_product("C", name="Cup", price=Decimal("9.50"), attributes={"color": "red", "ml": 2})
    assert await names(client) == ["Axe", "Bell", "Cup"]
    assert await names(client, tag="garden") == ["Axe"]
    assert await names(client, attributes='{"color": "red"}') == ["Bell", "Cup"]
    assert await names(client, attributes='{"cm": 60}') == ["Axe"]
    assert await names(client, attributes='{"cm": "60"}') == []
    assert await names(client, text="cu") == ["Cup"]
    assert await names(client, min_price="9.50") == ["Axe", "Cup"]
    assert await names(client, max_price="9.50") == ["Bell", "Cup"]
    assert await names(client, in_stock=True) == ["Axe", "Cup"]
    assert await names(client, in_stock=True, attributes='{"color": "red"}') == ["Cup"]


async def test_pages_are_disjoint_and_complete(
    client: AsyncClient, add_product: AddProduct
) -> None:
    for number in range(5):
        await add_product(f"P-{number}", name="All the same")
    pages = [
        (await client.get("/products", params={"limit": 2, "offset": offset})).json()
        for offset in (0, 2, 4)
    ]
    assert [page["total"] for page in pages] == [5, 5, 5]
    ids = [product["id"] for page in pages for product in page["items"]]
    assert ids == sorted(set(ids))
    assert len(ids) == 5


@pytest.mark.parametrize(
    "wanted",
    [
        {"limit": 0},
        {"limit": 101},
        {"offset": -1},
        {"attributes": "red"},
        {"attributes": "[1]"},
        {"min_price": "cheap"},
        {"min_price": "NaN"},
        {"min_price": "1e400"},
        {"max_price": "9.995"},
        {"attributes": '{"cm": 1e400}'},
        {"text": "\x00"},
        {"colour": "red"},
    ],
)
async def test_a_filter_that_makes_no_sense_is_refused(
    client: AsyncClient, wanted: dict[str, object]
) -> None:
    assert (await client.get("/products", params=wanted)).status_code == 422


@pytest.fixture
async def tree(sessions: async_sessionmaker[AsyncSession]) -> dict[str, int]:
    """Office > Pens > Fountain pens, and Garden: their ids."""
    async with sessions.begin() as session:
        fountain = Category(name="Fountain pens")
        pens = Category(name="Pens", children=[fountain])
        office = Category(name="Office", children=[pens])
        garden = Category(name="Garden")
        session.add_all([office, garden])
    return {one.name: one.id for one in (fountain, pens, office, garden)}


async def test_categories_come_as_a_tree(client: AsyncClient, tree: dict[str, int]) -> None:
    answer = await client.get("/categories")
    assert answer.status_code == 200
    fountain = {"id": tree["Fountain pens"], "name": "Fountain pens", "children": []}
    pens = {"id": tree["Pens"], "name": "Pens", "children": [fountain]}
    office = {"id": tree["Office"], "name": "Office", "children": [pens]}
    garden = {"id": tree["Garden"], "name": "Garden", "children": []}
    assert sorted(answer.json(), key=lambda root: root["name"]) == [garden, office]


async def test_a_category_holds_the_products_of_those_below_it(
    client: AsyncClient, tree: dict[str, int], add_product: AddProduct
) -> None:
    await add_product("F", name="Fountain pen", category_id=tree["Fountain pens"])
    await add_product("R", name="Rake", category_id=tree["Garden"])
    assert await names(client, category_id=tree["Office"]) == ["Fountain pen"]
    assert await names(client, category_id=tree["Garden"]) == ["Rake"]


async def test_reviews_make_a_rating(
    auth_client: AsyncClient, admin_client: AsyncClient, product: Product, user: Any
) -> None:
    answer = await auth_client.post(
        f"/products/{product.id}/reviews", json={"rating": 5, "body": "Writes well."}
    )
    assert answer.status_code == 201
    body = answer.json()
    assert (body["product_id"], body["user_id"]) == (product.id, user.id)
    assert (body["rating"], body["body"]) == (5, "Writes well.")
    await admin_client.post(f"/products/{product.id}/reviews", json={"rating": 4})
    assert (await auth_client.get(f"/products/{product.id}")).json()["rating"] == "4.50"


async def test_one_review_a_user(auth_client: AsyncClient, product: Product, rows: Rows) -> None:
    path = f"/products/{product.id}/reviews"
    await auth_client.post(path, json={"rating": 5})
    assert (await auth_client.post(path, json={"rating": 1})).status_code == 409
    assert await rows(Review) == 1


async def test_a_review_of_nothing_is_not_found(auth_client: AsyncClient) -> None:
    answer = await auth_client.post("/products/12345/reviews", json={"rating": 5})
    assert answer.status_code == 404


@pytest.mark.parametrize("rating", [0, 6, 4.5, "good", None])
async def test_a_rating_is_a_whole_number_from_one_to_five(
    auth_client: AsyncClient, product: Product, rows: Rows, rating: object
) -> None:
    path = f"/products/{product.id}/reviews"
    assert (await auth_client.post(path, json={"rating": rating})).status_code == 422
    assert await rows(Review) == 0
