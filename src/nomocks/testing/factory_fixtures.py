"""What factories know of the test that runs: its session, its random values, its sequences.

The session is the value of the fixture named ``session``, whoever defines it. Before each test,
sequences start again, and Faker is seeded by the test's name; where pytest-randomly seeds it (from
``--randomly-seed`` and the test's name), that is left as it is.

Here is no import of factory_boy: it takes longer than many a test, and not every run needs it.
"""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from zlib import crc32

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from nomocks.testing.factories import OrderFactory, ProductFactory, UserFactory

# The innermost is the running test's: a test of tests runs others inside itself. A context variable
# would not do, as a runner may keep a context from before the fixture.
_sessions: list[AsyncSession | Session] = []
_seeds: list[int | None] = []  # likewise; none where pytest-randomly has its own


def session_of_test() -> AsyncSession | Session | None:
    """What the fixture ``session`` has made for the running test, if it asked for one."""
    return _sessions[-1] if _sessions else None


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Iterator[None]:
    value = yield
    if fixturedef.argname == "session" and isinstance(value, AsyncSession | Session):
        _sessions.append(value)
        request.addfinalizer(lambda: _sessions.remove(value))
    return value


@pytest.fixture(autouse=True)
def fresh_factories(request: pytest.FixtureRequest) -> Iterator[None]:
    """The same test gets the same values, alone, in any order and in any process."""
    by_randomly = request.config.getoption("randomly_reset_seed", default=False)
    # Without the file, which in a notebook is named differently each time.
    name = request.node.nodeid.partition("::")[2]
    _seeds.append(None if by_randomly else crc32(name.encode()))
    if "factory" in sys.modules:
        seed_faker()
        _reset_sequences()
    yield
    _seeds.pop()


def seed_faker() -> None:
    """Also for a test that is the first to import a factory."""
    if _seeds and _seeds[-1] is not None:
        from factory.random import reseed_random

        reseed_random(_seeds[-1])  # type: ignore[no-untyped-call]


def _reset_sequences() -> None:
    from factory.base import Factory

    for kind in _all_below(Factory):
        if kind._meta.counter_reference is kind._meta:
            kind.reset_sequence()


def _all_below(kind: type[Any]) -> Iterator[type[Any]]:
    for below in kind.__subclasses__():
        yield below
        yield from _all_below(below)


@pytest.fixture
def user_factory(session: AsyncSession) -> "type[UserFactory]":  # noqa: ARG001
    """``await user_factory.create_async(...)`` adds to the test's session."""
    from nomocks.testing.factories import UserFactory

    return UserFactory


@pytest.fixture
def product_factory(session: AsyncSession) -> "type[ProductFactory]":  # noqa: ARG001
    """``await product_factory.create_async(...)`` adds to the test's session."""
    from nomocks.testing.factories import ProductFactory

    return ProductFactory


@pytest.fixture
def order_factory(session: AsyncSession) -> "type[OrderFactory]":  # noqa: ARG001
    """``await order_factory.create_async(...)`` adds to the test's session."""
    from nomocks.testing.factories import OrderFactory

    return OrderFactory
