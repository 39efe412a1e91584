"""Tries the client of a suite: whose sessions it brings, and what it leaves on the application."""

import answer
import pytest
from answer import *  # noqa: F403, with the fixture, and what it asks for
from given import ADA, User, count, get_sessions
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from shop.api.dependencies import administrator, get_settings
from shop.config import Settings

TOOLKITS = "The fixture {} is the toolkit's, which does what you write here: begin with shop_app."
THEIRS = Settings(token_minutes=7)

if not hasattr(answer, "visitor"):

    @pytest.fixture
    def visitor():
        pytest.fail("Your cell defines no fixture of the name visitor.")


@pytest.fixture
def app():
    pytest.fail(TOOLKITS.format("app"))


@pytest.fixture
def client():
    pytest.fail(TOOLKITS.format("client"))


@pytest.fixture(autouse=True)
def untouched(shop_app):
    """Takes back what a fixture has left, so that each promise is looked at by itself."""
    shop_app.dependency_overrides = {}
    yield
    shop_app.dependency_overrides = {}


def theirs():
    return THEIRS


@pytest.fixture
def another_override(shop_app):
    shop_app.dependency_overrides[get_settings] = theirs


@pytest.fixture
def restored(shop_app):
    """Set up before ``visitor``, so that it looks after that has been torn down."""
    yield
    left = [name.__name__ for name in shop_app.dependency_overrides]
    assert not left, f"After the test there is still an override of {', '.join(left)}."


@pytest.fixture
def spared(shop_app, another_override):  # noqa: ARG001
    yield
    kept = shop_app.dependency_overrides.get(get_settings) is theirs
    assert kept, "An override that was there before the test is gone after it."


@pytest.fixture
def ended(shop_app):
    yield
    http = getattr(shop_app.state, "http", None)
    assert http is not None, "The application was never started: run its lifespan."
    assert http.is_closed, "After the test the application still holds its HTTP client open."


async def answered(visitor, method, path, **sent):
    try:
        return await visitor.request(method, path, **sent)
    except (SQLAlchemyError, AttributeError, TypeError, ValueError, OSError) as error:
        pytest.fail(f"{method} {path} raised {type(error).__name__}: {str(error)[:120]}")


async def test_a_request_is_answered(visitor):
    answer = await answered(visitor, "GET", "/categories")
    assert (answer.status_code, answer.json()) == (200, [])


async def test_it_stores_by_the_sessions(visitor, sessions, engine):
    answer = await answered(visitor, "POST", "/users", json=ADA)
    assert answer.status_code == 201
    async with sessions() as session:
        seen = await count(session, User)
    async with AsyncSession(engine) as another:
        elsewhere = await count(another, User)
    assert seen == 1, f"One user has registered, and the test's sessions see {seen}."
    assert elsewhere == 0, "Another connection sees the user: it was really committed."


async def test_a_refused_request_is_rolled_back(visitor, sessions):
    answer = await answered(visitor, "POST", "/half")
    assert answer.status_code == 409
    async with sessions() as session:
        left = await count(session, User)
    assert left == 0, f"The request was refused, and {left} user of it is stored."


async def test_overrides_are_taken_back(shop_app, restored, visitor):  # noqa: ARG001
    assert get_sessions in shop_app.dependency_overrides, "Nothing overrides get_sessions."
    shop_app.dependency_overrides[administrator] = lambda: None


async def test_overrides_of_others_are_spared(shop_app, spared, visitor):  # noqa: ARG001
    kept = shop_app.dependency_overrides.get(get_settings) is theirs
    assert kept, "An override that was there before the test is gone within it."


async def test_the_application_is_started(shop_app, ended, visitor):  # noqa: ARG001
    http = getattr(shop_app.state, "http", None)
    assert http is not None, "The application was not started: run its lifespan."
    assert not http.is_closed, "The application has ended before the test."


async def test_an_error_is_raised_in_the_test(visitor):
    with pytest.raises(ZeroDivisionError):
        await visitor.get("/crash")
