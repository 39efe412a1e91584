"""Which routes are open to whom."""

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

OPEN = {
    ("POST", "/users"),
    ("POST", "/token"),
    ("GET", "/products"),
    ("GET", "/products/{id}"),
    ("GET", "/categories"),
    ("GET", "/health"),
}
LOGGED_IN = {
    ("GET", "/me"),
    ("POST", "/products/{id}/reviews"),
    ("POST", "/orders"),
    ("GET", "/orders"),
    ("GET", "/orders/{id}"),
    ("POST", "/orders/{id}/cancel"),
    ("POST", "/orders/{id}/pay"),
    ("DELETE", "/orders/{id}"),
}
ADMINISTRATORS = {
    ("POST", "/products"),
    ("GET", "/admin/orders"),
    ("GET", "/admin/orders.csv"),
    ("GET", "/admin/users"),
    ("POST", "/admin/orders/{id}/ship"),
    ("POST", "/admin/users/{id}/suspend"),
}


def test_every_route_is_in_one_of_the_lists(app: FastAPI) -> None:
    routes = {
        (method.upper(), path)
        for path, methods in app.openapi()["paths"].items()
        for method in methods
    }
    assert routes == OPEN | LOGGED_IN | ADMINISTRATORS


@pytest.mark.parametrize(("method", "path"), sorted(LOGGED_IN | ADMINISTRATORS))
async def test_a_stranger_is_asked_to_log_in(client: AsyncClient, method: str, path: str) -> None:
    answer = await client.request(method, path.replace("{id}", "1"))
    assert answer.status_code == 401


@pytest.mark.parametrize(("method", "path"), sorted(ADMINISTRATORS))
async def test_a_customer_is_no_administrator(
    auth_client: AsyncClient, method: str, path: str
) -> None:
    answer = await auth_client.request(method, path.replace("{id}", "1"))
    assert answer.status_code == 403


@pytest.mark.parametrize(("method", "path"), sorted(OPEN))
async def test_a_stranger_may_use_what_is_open(client: AsyncClient, method: str, path: str) -> None:
    answer = await client.request(method, path.replace("{id}", "1"))
    assert answer.status_code not in (401, 403)
