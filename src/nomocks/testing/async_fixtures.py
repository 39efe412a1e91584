"""Async fixtures that run under pytest-asyncio and under anyio's plugin alike."""

from collections.abc import Generator
from functools import partial

import pytest
import pytest_asyncio

# pytest-asyncio needs its own mark in strict mode, and one event loop for the whole session;
# anyio's plugin takes any async fixture of a test that uses `anyio_backend`, and sees no mark.
async_fixture = partial(pytest_asyncio.fixture, loop_scope="session")

ON_ANOTHER_LIBRARY = (
    "The test runs on {}, and SQLAlchemy's asyncio extension and asyncpg run on asyncio alone: let "
    'the fixture anyio_backend return "asyncio".'
)
TOO_NARROW = (
    "The fixture anyio_backend is of scope {}, so the event loop ends before the engine that all "
    'tests share: define it with scope="session".'
)
TAKEN_BY_BOTH = (
    "The test is marked anyio, and pytest-asyncio in its mode auto runs every async test: set "
    "asyncio_mode to strict, or remove the mark."
)
ON_ANOTHER_LOOP = (
    "The test runs on an event loop of scope {}, and the engine that all tests share lives on the "
    "session's: set asyncio_default_test_loop_scope and asyncio_default_fixture_loop_scope to "
    "session, in pytest's settings."
)
MARK = "_force_asyncio_fixture"  # pytest-asyncio's, on the function


class Backend:
    """Takes the place of anyio's own fixture, which is of scope module and adds trio."""

    @pytest.fixture(scope="session")
    @staticmethod
    def anyio_backend() -> str:
        """What runs the tests that anyio's plugin runs."""
        return "asyncio"


def pytest_configure(config: pytest.Config) -> None:
    # Only now: of two plugins' fixtures the one of the plugin registered later counts.
    config.pluginmanager.register(Backend, "nomocks-anyio-backend")


def runs_on_anyio(request: pytest.FixtureRequest) -> bool:
    """Whether anyio's plugin runs the test."""
    return "anyio_backend" in request.fixturenames


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    """Where both plugins are loaded, leave the fixtures of a test to the one that runs it.

    Otherwise the plugin loaded first takes those that bear pytest-asyncio's mark.
    """
    function = fixturedef.func
    if not (runs_on_anyio(request) and getattr(function, MARK, False)):
        return (yield)
    setattr(function, MARK, False)
    try:
        return (yield)
    finally:
        setattr(function, MARK, True)


def require_asyncio(request: pytest.FixtureRequest) -> None:
    """Fail a test that anyio's plugin runs, where that would end in an error deep inside it."""
    if pytest_asyncio.is_async_test(request._pyfuncitem):
        pytest.fail(TAKEN_BY_BOTH, pytrace=False)
    backend = request.getfixturevalue("anyio_backend")
    name = backend if isinstance(backend, str) else backend[0]
    if name != "asyncio":
        pytest.fail(ON_ANOTHER_LIBRARY.format(name), pytrace=False)
    scope = request._get_active_fixturedef("anyio_backend").scope
    if scope != "session":
        pytest.fail(TOO_NARROW.format(scope), pytrace=False)


def require_loop_of_session(request: pytest.FixtureRequest) -> None:
    """Fail a test that pytest-asyncio runs on another loop than that of the shared engines."""
    item = request._pyfuncitem
    if not pytest_asyncio.is_async_test(item):
        return
    marker = item.get_closest_marker("asyncio")
    setting = item.config.getini("asyncio_default_test_loop_scope")
    scope = (marker.kwargs.get("loop_scope") if marker else None) or setting or "function"
    if scope != "session":
        pytest.fail(ON_ANOTHER_LOOP.format(scope), pytrace=False)
