"""The fixtures for an API, each seen from a small project that uses it."""

import subprocess
import sys
from collections.abc import Callable

import asyncpg  # noqa: F401  # what a project run in this process imports must be there before it
import psycopg  # noqa: F401
import pytest
import respx  # noqa: F401
import sqlalchemy.dialects.postgresql.asyncpg  # noqa: F401

import shop.api  # noqa: F401

INI = """
[pytest]
asyncio_mode = auto
asyncio_default_fixture_loop_scope = session
asyncio_default_test_loop_scope = session
addopts = -p nomocks.testing.plugin -p no:randomly -p no:xdist
filterwarnings = error
"""
Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    def run(tests: str, settings: str = "") -> pytest.RunResult:
        pytester.makeini(INI + settings)
        pytester.makepyfile(tests)
        return pytester.runpytest_inprocess()

    return run


def test_an_override_that_a_test_leaves_behind_ends_with_it(run: Run) -> None:
    run(
        """
import pytest
from fastapi import HTTPException
from shop.api import get_session, get_sessions

def nothing():
    raise HTTPException(418)

async def test_leaves_it(app, client):
    app.dependency_overrides[get_session] = nothing
    assert (await client.get("/health")).status_code == 418

async def test_leaves_it_and_fails(app, client):
    app.dependency_overrides[get_session] = nothing
    assert (await client.get("/health")).status_code == 200

async def test_takes_the_toolkit_s_own_away(app):
    app.dependency_overrides.clear()

async def test_replaces_them_all(app):
    app.dependency_overrides = {get_session: nothing}

async def test_finds_the_application_as_it_was(app, client):
    assert (await client.get("/health")).status_code == 200
    assert list(app.dependency_overrides) == [get_sessions]
"""
    ).assert_outcomes(passed=4, failed=1)


def test_a_request_sees_what_the_test_wrote_and_the_next_test_neither(run: Run) -> None:
    run(
        """
from sqlalchemy import func, select
from shop.models import Product, User

async def test_first(session, client, user):
    product = Product(sku="PEN", name="Pen", price=2)
    session.add(product)
    await session.commit()
    assert (await client.get(f"/products/{product.id}")).json()["name"] == "Pen"
    new = {"email": "ada@example.org", "name": "Ada", "password": "difference engine"}
    assert (await client.post("/users", json=new)).status_code == 201
    emails = await session.scalars(select(User.email).order_by(User.email))
    assert list(emails) == ["ada@example.org", user.email]

async def test_second(client, session):
    assert (await client.get("/products")).json()["total"] == 0
    assert await session.scalar(select(func.count()).select_from(User)) == 0
"""
    ).assert_outcomes(passed=2)


def test_the_clients_are_logged_in_by_tokens_that_count(run: Run) -> None:
    run(
        """
from sqlalchemy import delete
from shop.models import User

async def test_it(client, auth_client, admin_client, user, admin, session):
    assert (await client.get("/me")).status_code == 401
    for one, who in ((auth_client, user), (admin_client, admin)):
        assert (await one.get("/me")).json()["email"] == who.email
    assert (await auth_client.get("/admin/users")).status_code == 403
    assert (await admin_client.get("/admin/users")).status_code == 200
    await session.execute(delete(User))
    await session.commit()
    assert (await auth_client.get("/me")).status_code == 401
"""
    ).assert_outcomes(passed=1)


def test_the_provider_charges_a_key_once_and_no_request_leaves_the_test(run: Run) -> None:
    run(
        """
import httpx
import pytest
from respx.models import AllMockedAssertionError

async def reference(key):
    async with httpx.AsyncClient(base_url="https://payments.test") as client:
        charge = {"amount": "2.50", "idempotency_key": key}
        answer = await client.post("/charges", json=charge)
    assert answer.status_code == 201
    return answer.json()["reference"]

async def test_provider(provider):
    first = await reference("a")
    assert await reference("a") == first != await reference("b")
    assert provider["charge"].call_count == 3

def test_it_starts_anew(provider):
    assert provider["charge"].call_count == 0

@pytest.mark.parametrize("url", ["https://payments.test/refunds", "https://elsewhere.test/"])
def test_other_requests(app, url):
    with pytest.raises(AllMockedAssertionError):
        httpx.get(url)
"""
    ).assert_outcomes(passed=4)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("nowhere.api:create_app", "nowhere.api can't be imported (No module named 'nowhere')"),
        ("shop.api:nothing", "shop.api has no function 'nothing'"),
        ("shop.api", "shop.api has no function ''"),
        (":create_app", "it names no module"),
        ("shop.models:Base", "shop.models has no function 'get_sessions'"),
    ],
)
def test_an_application_that_is_not_there_is_told_in_one_sentence(
    run: Run, setting: str, said: str
) -> None:
    result = run("def test_it(app):\n    pass", f"nomocks_app = {setting}")
    result.assert_outcomes(errors=1)
    sentence = f"The setting nomocks_app is '{setting}', but {said}: write it as module:function"
    result.stdout.fnmatch_lines(sentence.replace("[", "[[]") + "*")
    assert "Traceback" not in str(result.stdout)
    assert "another exception" not in str(result.stdout)
    assert "api.py" not in str(result.stdout)


def test_another_application_takes_the_shop_s_place(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        guestbook="""
from typing import Annotated
from fastapi import Depends, FastAPI, Header
from sqlalchemy import text

def get_sessions():
    raise RuntimeError("the sessions are the test's to give")

def create_token(user_id, settings):
    return f"guest-{user_id}"

def create_app(settings):
    app = FastAPI(title=settings.payments_url)

    @app.get("/")
    async def home(sessions=Depends(get_sessions), authorization: Annotated[str, Header()] = ""):
        async with sessions() as session:
            return [await session.scalar(text("SELECT 42")), authorization]

    return app
"""
    )
    run(
        """
async def test_it(client, auth_client, user, app, settings):
    assert app.title == settings.payments_url
    assert (await client.get("/")).json() == [42, ""]
    assert (await auth_client.get("/")).json() == [42, f"Bearer guest-{user.id}"]
""",
        "nomocks_app = guestbook:create_app",
    ).assert_outcomes(passed=1)


def test_users_need_the_shop_s_tables_or_a_fixture_of_your_own(
    run: Run, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(tables="from sqlalchemy import MetaData\nmetadata = MetaData()\n")
    pytester.syspathinsert()
    result = run(
        """
def test_user(user):
    pass

def test_admin(admin):
    pass
""",
        "nomocks_metadata = tables:metadata",
    )
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(
        [
            '*no table "users": define a fixture user *',
            '*no table "users": define a fixture admin *',
        ]
    )
    assert "api.py" not in str(result.stdout)


def test_an_error_that_the_application_does_not_expect_is_raised_in_the_test(run: Run) -> None:
    run(
        """
import pytest
from shop.api import get_session

async def test_it(app, client):
    def broken():
        raise ZeroDivisionError("as it happens")

    app.dependency_overrides[get_session] = broken
    with pytest.raises(ZeroDivisionError, match="as it happens"):
        await client.get("/health")
"""
    ).assert_outcomes(passed=1)


def test_they_serve_tests_that_anyio_runs(pytester: pytest.Pytester) -> None:
    pytester.makeini(
        "[pytest]\naddopts = -p nomocks.testing.plugin -p no:asyncio -p no:randomly\n"
        "filterwarnings = error"
    )
    pytester.makepyfile(
        """
import pytest

pytestmark = pytest.mark.anyio

async def test_user(client, auth_client, user):
    assert (await client.get("/me")).status_code == 401
    assert (await auth_client.get("/me")).json()["id"] == user.id

async def test_admin(admin_client):
    assert (await admin_client.get("/admin/users")).json()["total"] == 1
"""
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=2)


def test_nothing_heavy_is_imported_before_a_fixture_is_used() -> None:
    program = "import nomocks.testing.api, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    heavy = {"fastapi", "httpx", "respx", "pydantic", "shop.api", "shop.config"}
    assert not heavy & set(done.stdout.split())
