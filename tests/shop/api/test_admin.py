"""What administrators see and do over HTTP."""

import csv
from typing import Any

import pytest
from httpx import AsyncClient

from shop.models import User


async def test_all_orders_are_listed_and_chosen_by_status(
    admin_client: AsyncClient, auth_client: AsyncClient, order: dict[str, Any]
) -> None:
    everything = (await admin_client.get("/admin/orders")).json()
    assert everything["total"] == 1
    (listed,) = everything["items"]
    assert listed == {name: order[name] for name in listed}
    paid = await admin_client.get("/admin/orders", params={"status": "paid"})
    assert paid.json() == {"items": [], "total": 0}
    await auth_client.post(f"/orders/{order['id']}/pay")
    paid = await admin_client.get("/admin/orders", params={"status": "paid"})
    assert [one["id"] for one in paid.json()["items"]] == [order["id"]]
    beyond = await admin_client.get("/admin/orders", params={"offset": 1})
    assert beyond.json() == {"items": [], "total": 1}


@pytest.mark.parametrize("wanted", [{"status": "lost"}, {"limit": 0}, {"offset": -1}])
async def test_a_list_that_makes_no_sense_is_refused(
    admin_client: AsyncClient, wanted: dict[str, object]
) -> None:
    assert (await admin_client.get("/admin/orders", params=wanted)).status_code == 422


async def test_users_are_listed_and_chosen_by_role_and_activity(
    admin_client: AsyncClient, admin: User, user: User
) -> None:
    listed = (await admin_client.get("/admin/users")).json()
    assert {one["id"] for one in listed["items"]} == {admin.id, user.id}
    assert listed["total"] == 2
    assert not any("password" in name for one in listed["items"] for name in one)
    customers = await admin_client.get("/admin/users", params={"role": "customer"})
    assert [one["id"] for one in customers.json()["items"]] == [user.id]
    inactive = await admin_client.get("/admin/users", params={"active": False})
    assert inactive.json() == {"items": [], "total": 0}


async def test_only_a_paid_order_is_shipped(
    admin_client: AsyncClient, auth_client: AsyncClient, order: dict[str, Any]
) -> None:
    path = f"/admin/orders/{order['id']}/ship"
    assert (await admin_client.post(path)).status_code == 409
    await auth_client.post(f"/orders/{order['id']}/pay")
    shipped = await admin_client.post(path)
    assert (shipped.status_code, shipped.json()["status"]) == (200, "shipped")
    assert (await admin_client.post(path)).status_code == 409


@pytest.mark.parametrize("path", ["/admin/orders/12345/ship", "/admin/users/12345/suspend"])
async def test_what_is_not_there_is_not_found(admin_client: AsyncClient, path: str) -> None:
    assert (await admin_client.post(path)).status_code == 404


async def test_a_suspended_user_is_out_at_once(
    admin_client: AsyncClient, auth_client: AsyncClient, user: User
) -> None:
    answer = await admin_client.post(f"/admin/users/{user.id}/suspend")
    assert answer.status_code == 200
    assert answer.json()["suspended_at"] is not None
    assert (await auth_client.get("/me")).status_code == 401


async def test_the_export_holds_every_order_but_the_deleted(
    admin_client: AsyncClient, auth_client: AsyncClient, order: dict[str, Any]
) -> None:
    lines = [{"product_id": order["items"][0]["product_id"], "quantity": 1}]
    deleted = (await auth_client.post("/orders", json={"lines": lines})).json()
    await auth_client.delete(f"/orders/{deleted['id']}")
    answer = await admin_client.get("/admin/orders.csv")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    (row,) = csv.DictReader(answer.text.splitlines())
    assert {name: row[name] for name in ("id", "user_id", "status", "total")} == {
        name: str(order[name]) for name in ("id", "user_id", "status", "total")
    }
