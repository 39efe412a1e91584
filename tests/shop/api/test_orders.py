"""A customer's own orders: placing, listing, canceling, paying, deleting."""

import json
from typing import Any

import httpx
import pytest
import respx
from httpx import AsyncClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from shop.models import Order, OutboxMessage, Payment, PaymentStatus, Product, User
from tests.shop.api.conftest import AddProduct, Rows

Sessions = async_sessionmaker[AsyncSession]


async def stock(sessions: Sessions, product: Product) -> int:
    async with sessions() as session:
        return (await session.scalars(select(Product.stock).where(Product.id == product.id))).one()


async def test_an_order_takes_from_the_stock_and_keeps_the_price(
    auth_client: AsyncClient, user: User, add_product: AddProduct, sessions: Sessions
) -> None:
    pen = await add_product("PEN-1")
    ink = await add_product("INK-1", name="Ink", price="8.70")
    lines = [{"product_id": ink.id, "quantity": 1}, {"product_id": pen.id, "quantity": 3}]
    answer = await auth_client.post("/orders", json={"lines": lines})
    assert answer.status_code == 201
    order = answer.json()
    assert (order["user_id"], order["status"], order["total"]) == (user.id, "pending", "16.20")
    assert order["items"] == [
        {"product_id": pen.id, "quantity": 3, "unit_price": "2.50", "total": "7.50"},
        {"product_id": ink.id, "quantity": 1, "unit_price": "8.70", "total": "8.70"},
    ]
    assert (await stock(sessions, pen), await stock(sessions, ink)) == (7, 9)
    assert (await auth_client.get(f"/orders/{order['id']}")).json() == order


async def test_half_of_an_order_is_none(
    auth_client: AsyncClient, add_product: AddProduct, sessions: Sessions, rows: Rows
) -> None:
    pen = await add_product("PEN-1")
    ink = await add_product("INK-1", stock=0)
    lines = [{"product_id": pen.id, "quantity": 3}, {"product_id": ink.id, "quantity": 1}]
    answer = await auth_client.post("/orders", json={"lines": lines})
    assert answer.status_code == 409
    assert await stock(sessions, pen) == 10
    assert (await rows(Order), await rows(OutboxMessage)) == (0, 0)


@pytest.mark.parametrize(
    "lines",
    [
        [],
        None,
        [{"product_id": 1}],
        [{"product_id": 1, "quantity": 0}],
        [{"product_id": 1, "quantity": 101}],
        [{"product_id": 0, "quantity": 1}],
        [{"product_id": 1, "quantity": 1, "price": "0.01"}],
        [{"product_id": 1, "quantity": 1}] * 51,
    ],
)
async def test_an_order_that_makes_no_sense_is_refused(
    auth_client: AsyncClient, rows: Rows, lines: object
) -> None:
    assert (await auth_client.post("/orders", json={"lines": lines})).status_code == 422
    assert await rows(Order) == 0


async def test_an_order_of_an_unknown_product_is_not_found(
    auth_client: AsyncClient, rows: Rows
) -> None:
    lines = [{"product_id": 12345, "quantity": 1}]
    assert (await auth_client.post("/orders", json={"lines": lines})).status_code == 404
    assert await rows(Order) == 0


async def test_orders_are_listed_from_the_newest_on_page_after_page(
    auth_client: AsyncClient, product: Product
) -> None:
    lines = [{"product_id": product.id, "quantity": 1}]
    placed = [
        (await auth_client.post("/orders", json={"lines": lines})).json()["id"] for _ in range(5)
    ]
    seen: list[int] = []
    wanted: dict[str, Any] = {"limit": 2}
    while True:
        page = (await auth_client.get("/orders", params=wanted)).json()
        seen += [order["id"] for order in page["items"]]
        if page["next"] is None:
            break
        wanted["after"] = page["next"]
    assert seen == placed[::-1]


async def test_a_cursor_that_is_none_is_refused(auth_client: AsyncClient) -> None:
    answer = await auth_client.get("/orders", params={"after": "no cursor"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("POST", "/cancel"), ("POST", "/pay"), ("DELETE", "")],
)
async def test_the_order_of_another_is_not_found(
    admin_client: AsyncClient,
    order: dict[str, Any],
    auth_client: AsyncClient,
    provider: respx.MockRouter,
    method: str,
    path: str,
) -> None:
    answer = await admin_client.request(method, f"/orders/{order['id']}{path}")
    assert answer.status_code == 404
    assert (await auth_client.get(f"/orders/{order['id']}")).json() == order
    assert (await admin_client.get("/orders")).json() == {"items": [], "next": None}
    assert not provider.calls


async def test_a_canceled_order_gives_the_stock_back(
    auth_client: AsyncClient, order: dict[str, Any], product: Product, sessions: Sessions
) -> None:
    answer = await auth_client.post(f"/orders/{order['id']}/cancel")
    assert answer.status_code == 200
    assert answer.json()["status"] == "cancelled"
    assert await stock(sessions, product) == 10
    again = await auth_client.post(f"/orders/{order['id']}/cancel")
    assert again.status_code == 409
    assert await stock(sessions, product) == 10


async def test_only_the_version_that_was_seen_is_canceled(
    auth_client: AsyncClient, order: dict[str, Any]
) -> None:
    path = f"/orders/{order['id']}/cancel"
    stale = await auth_client.post(path, json={"version": order["version"] + 1})
    assert stale.status_code == 409
    assert (await auth_client.get(f"/orders/{order['id']}")).json() == order
    seen = await auth_client.post(path, json={"version": order["version"]})
    assert seen.json()["version"] == order["version"] + 1


async def test_a_deleted_order_is_no_longer_found_and_still_there(
    auth_client: AsyncClient, order: dict[str, Any], rows: Rows
) -> None:
    answer = await auth_client.delete(f"/orders/{order['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await auth_client.get(f"/orders/{order['id']}")).status_code == 404
    assert (await auth_client.delete(f"/orders/{order['id']}")).status_code == 404
    assert (await auth_client.get("/orders")).json()["items"] == []
    assert await rows(Order) == 1


async def test_a_payment_charges_the_total_once(
    auth_client: AsyncClient, order: dict[str, Any], provider: respx.MockRouter
) -> None:
    answer = await auth_client.post(f"/orders/{order['id']}/pay")
    assert answer.status_code == 200
    payment = answer.json()
    assert (payment["amount"], payment["status"]) == ("7.50", "captured")
    assert payment["reference"] == "charge-1"
    (call,) = provider["charge"].calls
    assert json.loads(call.request.content)["amount"] == "7.50"
    assert (await auth_client.get(f"/orders/{order['id']}")).json()["status"] == "paid"
    assert (await auth_client.post(f"/orders/{order['id']}/pay")).status_code == 409
    assert provider["charge"].call_count == 1


async def payments(sessions: Sessions) -> list[PaymentStatus]:
    async with sessions() as session:
        return list(await session.scalars(select(Payment.status)))


@pytest.mark.parametrize(
    ("happens", "status"),
    [
        ({"return_value": httpx.Response(402)}, 409),
        ({"return_value": httpx.Response(500)}, 503),
        ({"side_effect": httpx.ConnectError}, 503),
        ({"side_effect": httpx.ReadTimeout}, 503),
    ],
)
async def test_a_payment_that_fails_leaves_the_order_pending(
    auth_client: AsyncClient,
    order: dict[str, Any],
    provider: respx.MockRouter,
    sessions: Sessions,
    happens: dict[str, Any],
    status: int,
) -> None:
    provider["charge"].mock(**happens)
    answer = await auth_client.post(f"/orders/{order['id']}/pay")
    assert answer.status_code == status
    assert isinstance(answer.json()["detail"], str)
    assert (await auth_client.get(f"/orders/{order['id']}")).json()["status"] == "pending"
    assert PaymentStatus.CAPTURED not in await payments(sessions)
