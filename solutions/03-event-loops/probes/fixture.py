"""Tries the engine and session of a suite: on which loop they are, and what they leave behind."""

import asyncio
import inspect
from contextlib import suppress
from uuid import uuid4

import answer
import pytest
from answer import *  # noqa: F403, with the fixtures
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError

from shop.models import User

TURNS = pytest.mark.parametrize("turn", [1, 2])  # the second one meets what the first has left
TOOLKITS = "The fixture {} is the toolkit's, which does what you write here: begin with url."
engines = []
backends = set()

if not hasattr(answer, "engine"):

    @pytest.fixture
    def engine():
        pytest.fail(TOOLKITS.format("engine"))


if not hasattr(answer, "connection"):

    @pytest.fixture
    def connection():
        pytest.fail(TOOLKITS.format("connection"))


if not hasattr(answer, "sessions"):

    @pytest.fixture
    def sessions():
        pytest.fail(TOOLKITS.format("sessions"))


if not hasattr(answer, "session"):

    @pytest.fixture
    def session():
        pytest.fail(TOOLKITS.format("session"))


@pytest.fixture(scope="session")
def url(worker_database):
    return worker_database.url


def a_user(email="ann@example.com"):
    return User(email=email, name="Ann")


async def count(session, email="ann@example.com"):
    return await session.scalar(select(func.count(User.id)).where(User.email == email))


@TURNS
def test_all_tests_get_one_engine(shop_engine, turn):  # noqa: ARG001
    engines.append(shop_engine)
    assert all(engine is shop_engine for engine in engines), "Two tests got two engines."


@TURNS
async def test_the_engine_logs_in_once(shop_engine, turn):  # noqa: ARG001
    async with shop_engine.connect() as connection:
        backends.add(await connection.scalar(select(func.pg_backend_pid())))
    assert len(backends) == 1, (
        "Two tests used the engine, one after the other, and the second one logged in again."
    )


async def test_the_engine_is_disposed_of(request, shop_engine):  # noqa: ARG001
    function = request._get_active_fixturedef("shop_engine").func
    names = inspect.signature(function).parameters
    steps = function(**{name: request.getfixturevalue(name) for name in names})
    assert inspect.isasyncgen(steps), "shop_engine is no async function that yields its engine."
    engine = await anext(steps)
    async with engine.connect() as connection:
        await connection.scalar(select(1))
    disposed = []
    event.listen(engine.sync_engine, "engine_disposed", disposed.append)
    with suppress(StopAsyncIteration):
        await anext(steps)
    if not disposed:
        await engine.dispose()
        pytest.fail("After its yield, shop_engine has not disposed of the engine.")


async def test_a_session_works_on_the_loop_of_its_test(shop_engine, shop_session):
    connection = await shop_session.connection()
    its_pool = connection.sync_connection.engine.pool
    assert its_pool is shop_engine.pool, "shop_session works on another engine than shop_engine."
    raw = await connection.get_raw_connection()
    assert raw.driver_connection._loop is asyncio.get_running_loop(), (
        "The connection of shop_session was opened on another loop than that of the test."
    )


@TURNS
async def test_nothing_is_left(shop_session, turn):  # noqa: ARG001
    found = await count(shop_session)
    assert found == 0, f"A test committed a user, and the next test found {found}."
    shop_session.add(a_user())
    await shop_session.commit()


async def test_a_rollback_spares_what_was_committed(shop_session):
    email = f"{uuid4()}@example.com"  # whatever another test has left
    shop_session.add(a_user(email))
    await shop_session.commit()
    shop_session.add(a_user(email))
    with pytest.raises(IntegrityError):
        await shop_session.flush()
    await shop_session.rollback()
    found = await count(shop_session, email)
    assert found == 1, (
        f"One user was committed before the error; after the rollback {found} is found."
    )


@pytest.fixture
def after_a_session(shop_engine):
    """Set up before the session, so it looks when the session has gone."""
    yield
    held = shop_engine.pool.checkedout() if hasattr(shop_engine.pool, "checkedout") else 0
    assert held == 0, f"After a test with shop_session, {held} connection was still out."


async def test_no_connection_is_held(after_a_session, shop_session):  # noqa: ARG001
    await count(shop_session)
