"""The application as a whole: its life, its health, its own page, its streams."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from pydantic import SecretStr, ValidationError
from sqlalchemy import event, func, insert, literal, make_url, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker
from starlette.types import Message, Receive, Scope, Send

from shop.api import create_app
from shop.api.admin import BATCH
from shop.config import Settings
from shop.models import Order, User


async def test_what_the_application_holds_is_closed_when_it_ends(settings: Settings) -> None:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        async with app.state.sessions() as session:
            assert await session.scalar(text("SELECT current_database()")) == (
                make_url(settings.database_url).database
            )
        pool, http = app.state.sessions.kw["bind"].pool, app.state.http
        assert (pool.checkedin(), http.is_closed) == (1, False)
    assert (pool.checkedin(), http.is_closed) == (0, True)


async def test_the_health_of_the_shop_is_that_of_its_database(
    client: AsyncClient, settings: Settings
) -> None:
    answer = await client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    nowhere = settings.model_copy(update={"database_url": "postgresql://127.0.0.1:1/shop"})
    app = create_app(nowhere)
    async with (
        app.router.lifespan_context(app),
        AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as other,
    ):
        answer = await other.get("/health")
    assert (answer.status_code, answer.json()["detail"]) == (503, "The database does not answer.")


async def test_the_page_of_the_api_loads_nothing_from_elsewhere(client: AsyncClient) -> None:
    page = (await client.get("/docs")).text
    loaded = re.findall(r"""(?:src|href)=["']([^"']+)""", page)
    assert len(loaded) >= 3
    for path in loaded:
        assert path.startswith("/")
        assert (await client.get(path)).status_code == 200
    assert "://" not in page.replace("http://test", "")


@pytest.fixture
def statements(engine: AsyncEngine) -> Iterator[list[tuple[str, int]]]:
    """Each statement, and how many rows at a time come from a cursor on the server; 0: all."""
    sent: list[tuple[str, int]] = []

    def note(*about: Any) -> None:
        _, _, statement, _, context, _ = about
        options = context.execution_options
        sent.append((statement, options["yield_per"] if options.get("stream_results") else 0))

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine.sync_engine, "before_cursor_execute", note)


async def test_the_export_leaves_line_by_line_and_reads_batch_by_batch(
    app: FastAPI,
    admin_client: AsyncClient,
    sessions: async_sessionmaker[AsyncSession],
    statements: list[tuple[str, int]],
    user: User,
) -> None:
    async with sessions.begin() as session:
        numbers = func.generate_series(1, 2 * BATCH + 1).table_valued()
        await session.execute(
            insert(Order).from_select(["user_id"], select(literal(user.id)).select_from(numbers))
        )
    statements.clear()
    pieces: list[bytes] = []

    async def listening(scope: Scope, receive: Receive, send: Send) -> None:
        async def noting(message: Message) -> None:
            if message.get("body"):
                pieces.append(message["body"])
            await send(message)

        await app(scope, receive, noting)

    async with AsyncClient(
        transport=httpx.ASGITransport(listening),
        base_url="http://test",
        headers=admin_client.headers,
    ) as client:
        await client.get("/admin/orders.csv")
    assert pieces[0] == b"id,user_id,status,placed_at,total\r\n"
    assert len(pieces) == 1 + 2 * BATCH + 1
    assert [rows for statement, rows in statements if "FROM orders" in statement] == [BATCH]
    assert sum("FROM order_items" in statement for statement, _ in statements) == 3


def test_a_setting_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:hunter2@db.example:5433/mine")
    monkeypatch.setenv("TOKEN_MINUTES", "5")
    settings = Settings()
    assert settings.token_minutes == 5
    assert settings.async_url.drivername == "postgresql+asyncpg"
    assert (settings.async_url.password, settings.async_url.port) == ("hunter2", 5433)
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    "wrong",
    [
        {"database_url": "sqlite:///shop.db"},
        {"database_url": "postgresql://localhost"},
        {"database_url": "shop"},
        {"secret_key": SecretStr("too short")},
        {"token_minutes": 0},
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)


def test_without_a_key_each_start_makes_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    assert Settings().secret_key != Settings().secret_key
