"""When a request's transaction ends, seen from connections of their own."""

from typing import Annotated, Any, Literal

import httpx
import pytest
import respx
from fastapi import Depends, FastAPI
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from starlette.types import Message, Receive, Scope, Send

from shop.api import get_session
from shop.models import Order, OutboxMessage, Payment, Product, User
from shop.services import orders
from tests.shop.api.conftest import Rows

pytestmark = pytest.mark.isolation("delete")  # commits are real


class Watched:
    """An application that counts the users, on a connection of its own, as the answer leaves."""

    def __init__(self, app: FastAPI, engine: AsyncEngine) -> None:
        self.app, self.engine, self.seen = app, engine, -1

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def watching(message: Message) -> None:
            if message["type"] == "http.response.start":
                async with self.engine.connect() as other:
                    count = select(func.count()).select_from(User)
                    self.seen = await other.scalar(count) or 0
            await send(message)

        await self.app(scope, receive, watching)


@pytest.mark.parametrize(("scope", "seen"), [("function", 1), ("request", 0)])
async def test_with_the_scope_of_a_request_the_answer_leaves_before_the_commit(
    app: FastAPI, engine: AsyncEngine, rows: Rows, scope: Literal["function", "request"], seen: int
) -> None:
    @app.post("/in-this-scope")
    async def add(session: Annotated[AsyncSession, Depends(get_session, scope=scope)]) -> None:
        session.add(User(email="ada@example.org", name="Ada"))

    watched = Watched(app, engine)
    try:
        transport = httpx.ASGITransport(watched)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            await client.post("/in-this-scope")
    finally:
        app.router.routes.pop()
    assert watched.seen == seen
    assert await rows(User) == 1


async def test_the_shop_s_answer_leaves_after_the_commit(app: FastAPI, engine: AsyncEngine) -> None:
    watched = Watched(app, engine)
    transport = httpx.ASGITransport(watched)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        new = {"email": "ada@example.org", "name": "Ada", "password": "difference engine"}
        assert (await client.post("/users", json=new)).status_code == 201
    assert watched.seen == 1


async def test_an_unexpected_error_undoes_all_that_the_request_did(
    auth_client: httpx.AsyncClient,
    product: Product,
    rows: Rows,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(_: Order) -> None:
        raise RuntimeError("after the order was placed")

    monkeypatch.setattr(orders, "total_of", fails)
    lines = [{"product_id": product.id, "quantity": 3}]
    with pytest.raises(RuntimeError, match="after the order was placed"):
        await auth_client.post("/orders", json={"lines": lines})
    assert (await rows(Order), await rows(OutboxMessage)) == (0, 0)


async def test_no_transaction_is_open_while_the_provider_answers(
    auth_client: httpx.AsyncClient,
    order: dict[str, Any],
    provider: respx.MockRouter,
    engine: AsyncEngine,
) -> None:
    found: list[int] = []

    async def answer(_: httpx.Request) -> httpx.Response:
        async with engine.connect() as other:
            found.extend(
                await other.scalars(
                    text(
                        "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                        " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
                    )
                )
            )
            found.append(await other.scalar(select(func.count()).select_from(Payment)) or 0)
        return httpx.Response(201, json={"reference": "charge-1"})

    provider["charge"].mock(side_effect=answer)
    assert (await auth_client.post(f"/orders/{order['id']}/pay")).status_code == 200
    assert found == [1]  # the pending payment, committed, and no other transaction
