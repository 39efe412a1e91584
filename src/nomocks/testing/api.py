"""The API under test, called in process: the application, clients, and the payment provider.

The setting ``nomocks_app`` names a function that makes a FastAPI application from ``settings``. Its
module also holds ``get_sessions``, the dependency that every session of the application comes from,
and ``create_token(user_id, settings)``.

Requests run on the test's own ``sessions``, so under its isolation. An error that the application
does not expect is raised in the test, with its own traceback, in place of an answer 500.
"""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

import pytest
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from nomocks.postgres import Database
from nomocks.testing.async_fixtures import async_fixture

if TYPE_CHECKING:  # each takes longer to import than most tests run
    import httpx
    import respx
    from fastapi import FastAPI

    from shop.config import Settings
    from shop.models import User

Sessions = async_sessionmaker[AsyncSession]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(
        "nomocks_app",
        "what makes the FastAPI application under test, as module:function (shop.api:create_app)",
        default="shop.api:create_app",
    )


@dataclass(frozen=True)
class Api:
    """What the fixtures use of the application under test."""

    create_app: Callable[["Settings"], "FastAPI"]  # once for the same settings: routes take a while
    get_sessions: Callable[..., object]
    create_token: Callable[[int, "Settings"], str]


@pytest.fixture(scope="session")
def api(pytestconfig: pytest.Config) -> Api:
    """The application that ``nomocks_app`` names. Fails in one sentence when it can't be had."""
    setting = str(pytestconfig.getini("nomocks_app"))
    name, _, function = setting.partition(":")
    if not name:
        _refuse(setting, "it names no module")
    try:
        module = import_module(name)
    except ImportError as error:
        _refuse(setting, f"{name} can't be imported ({error})")
    for wanted in (function, "get_sessions", "create_token"):
        if not callable(getattr(module, wanted, None)):
            _refuse(setting, f"{name} has no function {wanted!r}")
    return Api(cache(getattr(module, function)), module.get_sessions, module.create_token)


def _refuse(setting: str, why: str) -> NoReturn:
    raise pytest.fail.Exception(
        f"The setting nomocks_app is {setting!r}, but {why}: "
        "write it as module:function, such as shop.api:create_app.",
        pytrace=False,
    ) from None


@pytest.fixture
def settings(database: Database) -> "Settings":
    """The application's settings, with nothing in them from the environment."""
    from pydantic import SecretStr

    from shop.config import Settings

    return Settings(
        database_url=database.url.render_as_string(hide_password=False),
        secret_key=SecretStr("for tests alone, so no secret at all"),
        token_minutes=60,
        payments_url="https://payments.test",
    )


@async_fixture
async def app(
    api: Api,
    settings: "Settings",
    sessions: Sessions,
    provider: "respx.MockRouter",  # noqa: ARG001  so that no request leaves the test
) -> AsyncIterator["FastAPI"]:
    """The application, started, on the test's sessions. Overrides that a test adds end with it."""
    app = api.create_app(settings)
    before = dict(app.dependency_overrides)

    async def of_the_test() -> Sessions:  # FastAPI would call a lambda in a thread
        return sessions

    app.dependency_overrides[api.get_sessions] = of_the_test
    try:
        async with app.router.lifespan_context(app):
            yield app
    finally:
        app.dependency_overrides = before


@pytest.fixture
def provider(settings: "Settings") -> Iterator["respx.MockRouter"]:
    """The payment provider, which accepts all it is asked; other requests over HTTP are refused.

    The routes are ``provider["charge"]`` and ``provider["refund"]``. As the real one, it does what
    has the same idempotency key once.
    """
    import httpx
    import respx

    references: dict[str, str] = {}

    def accept(request: httpx.Request) -> httpx.Response:
        key = json.loads(request.content).get("idempotency_key")
        kind = request.url.path.rpartition("/")[2].removesuffix("s")
        reference = references.setdefault(key, f"{kind}-{len(references) + 1}")
        return httpx.Response(201, json={"reference": reference})

    with respx.mock(base_url=settings.payments_url, assert_all_called=False) as router:
        router.post("/charges", name="charge").mock(side_effect=accept)
        router.post("/refunds", name="refund").mock(side_effect=accept)
        yield router


@async_fixture
async def client(app: "FastAPI") -> AsyncIterator["httpx.AsyncClient"]:
    """A client that nobody is logged in with."""
    async with _client(app) as client:
        yield client


@async_fixture
async def user(sessions: Sessions, metadata: MetaData) -> "User":
    """A customer, without a password: hashing one takes longer than most tests run."""
    from shop.models import User

    _require_users(metadata, "user")
    return await _saved(sessions, User(email="user@example.org", name="Uma User"))


@async_fixture
async def admin(sessions: Sessions, metadata: MetaData) -> "User":
    """An administrator."""
    from shop.models import Role, User

    _require_users(metadata, "admin")
    return await _saved(
        sessions, User(email="admin@example.org", name="Ada Admin", role=Role.ADMIN)
    )


def _require_users(metadata: MetaData, fixture: str) -> None:
    if "users" not in metadata.tables:
        pytest.fail(
            f"The fixture {fixture} is a user of the shop, and the metadata under test has no "
            f'table "users": define a fixture {fixture} of your own, whose value has an id.',
            pytrace=False,
        )


async def _saved(sessions: Sessions, user: "User") -> "User":
    async with sessions.begin() as session:
        session.add(user)
    return user


@async_fixture
async def auth_client(
    app: "FastAPI", api: Api, settings: "Settings", user: "User"
) -> AsyncIterator["httpx.AsyncClient"]:
    """A client that ``user`` is logged in with, by a real token."""
    async with _client(app, api.create_token(user.id, settings)) as client:
        yield client


@async_fixture
async def admin_client(
    app: "FastAPI", api: Api, settings: "Settings", admin: "User"
) -> AsyncIterator["httpx.AsyncClient"]:
    """A client that ``admin`` is logged in with, by a real token."""
    async with _client(app, api.create_token(admin.id, settings)) as client:
        yield client


def _client(
    app: "FastAPI", token: str | None = None
) -> AbstractAsyncContextManager["httpx.AsyncClient"]:
    import httpx

    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://test",
        headers={"Authorization": f"Bearer {token}"} if token else None,
        trust_env=False,  # else it loads certificates for a proxy that it never asks
    )
