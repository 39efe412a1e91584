"""Registering, logging in, and what a token opens."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from httpx import AsyncClient
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from shop.api import create_token
from shop.config import Settings
from shop.models import User
from tests.shop.api.conftest import Rows

NEW = {"email": "ada@example.org", "name": "Ada", "password": "difference engine"}
Sessions = async_sessionmaker[AsyncSession]


async def test_a_new_user_is_answered_without_the_password(
    client: AsyncClient, sessions: Sessions
) -> None:
    answer = await client.post("/users", json=NEW)
    assert answer.status_code == 201
    body = answer.json()
    async with sessions() as session:
        saved = (await session.scalars(select(User))).one()
    assert body == {
        "id": saved.id,
        "email": "ada@example.org",
        "name": "Ada",
        "role": "customer",
        "active": True,
        "suspended_at": None,
    }
    assert saved.password_hash not in (None, NEW["password"])


async def test_a_taken_email_is_a_conflict_and_leaves_one_user(
    client: AsyncClient, rows: Rows
) -> None:
    await client.post("/users", json=NEW)
    answer = await client.post("/users", json=NEW | {"email": "ADA@Example.org"})
    assert answer.status_code == 409
    assert "ada@example.org" in answer.json()["detail"]
    assert await rows(User) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "no address"),
        ("email", f"{'a' * 250}@example.org"),
        ("email", None),
        ("name", ""),
        ("name", "   "),
        ("name", "A" * 101),
        ("name", "Ada\x00"),
        ("password", "short"),
        ("password", "x" * 201),
        ("role", "admin"),
    ],
)
async def test_a_user_that_makes_no_sense_is_refused(
    client: AsyncClient, rows: Rows, field: str, value: object
) -> None:
    answer = await client.post("/users", json=NEW | {field: value})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", field]
    assert await rows(User) == 0


@pytest.mark.parametrize("field", NEW)
async def test_every_field_of_a_user_is_needed(client: AsyncClient, field: str) -> None:
    given = {name: value for name, value in NEW.items() if name != field}
    answer = await client.post("/users", json=given)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["type"] == "missing"


async def test_who_has_registered_logs_in_with_the_password(client: AsyncClient) -> None:
    registered = (await client.post("/users", json=NEW)).json()
    form = {"username": "ADA@example.org", "password": NEW["password"]}
    answer = await client.post("/token", data=form)
    assert answer.status_code == 200
    assert answer.json()["token_type"] == "bearer"
    token = answer.json()["access_token"]
    me = await client.get("/me", headers={"Authorization": f"Bearer {token}"})
    assert me.status_code == 200
    assert me.json() == registered


async def test_a_wrong_password_gives_no_token(client: AsyncClient) -> None:
    await client.post("/users", json=NEW)
    for name, password in ((NEW["email"], "guess"), ("eve@example.org", NEW["password"])):
        answer = await client.post("/token", data={"username": name, "password": password})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_login_needs_both_fields(client: AsyncClient) -> None:
    assert (await client.post("/token", data={"username": "ada@example.org"})).status_code == 422


async def test_an_address_that_postgresql_can_t_hold_is_refused(client: AsyncClient) -> None:
    answer = await client.post("/token", data={"username": "ada\x00", "password": "x"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "body", ['{"name": NaN}', '{"name": "\\ud800"}', '{"\\ud800": 1}', '{"name": Infinity}']
)
async def test_what_json_can_t_hold_is_refused(client: AsyncClient, body: str) -> None:
    answer = await client.post("/users", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["detail"]


async def test_a_refusal_does_not_repeat_the_password(client: AsyncClient) -> None:
    answer = await client.post("/users", json=NEW | {"password": "secret"})
    assert answer.status_code == 422
    assert "secret" not in answer.text


async def test_a_user_without_a_password_can_t_log_in(client: AsyncClient, user: User) -> None:
    answer = await client.post("/token", data={"username": user.email, "password": "x"})
    assert answer.status_code == 401


def bearer(claims: dict[str, Any], key: str) -> str:
    return f"Bearer {jwt.encode(claims, key, 'HS256')}"


async def test_nobody_gets_in_without_a_token_of_this_shop(
    client: AsyncClient, user: User, settings: Settings
) -> None:
    key = settings.secret_key.get_secret_value()
    soon = datetime.now(UTC) + timedelta(minutes=5)
    long_ago = datetime.now(UTC) - timedelta(days=1)
    valid = {"sub": str(user.id), "exp": soon}
    me = await client.get("/me", headers={"Authorization": bearer(valid, key)})
    assert me.status_code == 200
    for authorization in (
        None,
        "Bearer",
        "Bearer nonsense",
        "Basic dXNlcjpwYXNz",
        bearer(valid | {"exp": long_ago}, key),
        bearer(valid, "another key, which is long enough"),
        bearer({"sub": str(user.id)}, key),
        bearer({"exp": soon}, key),
        bearer(valid | {"sub": "nobody"}, key),
        bearer(valid | {"sub": str(user.id + 1)}, key),
    ):
        headers = {"Authorization": authorization} if authorization else {}
        answer = await client.get("/me", headers=headers)
        assert answer.status_code == 401, authorization
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("change", [{"active": False}, {"suspended_at": datetime.now(UTC)}])
async def test_the_token_of_a_user_who_may_no_longer_use_the_shop_opens_nothing(
    auth_client: AsyncClient, user: User, sessions: Sessions, change: dict[str, Any]
) -> None:
    assert (await auth_client.get("/me")).status_code == 200
    async with sessions.begin() as session:
        await session.execute(update(User).where(User.id == user.id).values(**change))
    assert (await auth_client.get("/me")).status_code == 401


def test_a_token_expires_after_the_minutes_of_the_settings(settings: Settings) -> None:
    token = create_token(7, settings.model_copy(update={"token_minutes": 5}))
    claims = jwt.decode(token, settings.secret_key.get_secret_value(), ["HS256"])
    left = claims["exp"] - datetime.now(UTC).timestamp()
    assert 4 * 60 < left <= 5 * 60
