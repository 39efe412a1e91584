"""A pytest plugin that limits how many statements a test may send.

A marker counts from the end of the test's set-up to the begin of its teardown, a fixture what is
inside a block::

    @pytest.mark.query_budget(3)
    async def test_list(session): ...

    async def test_list(session, query_budget):
        with query_budget(exactly=2):
            await list_orders(session)

Both count on every engine that the test's fixtures hold, in a connection or a session as well.
Prefer ``exactly``: a limit too loose passes with the very loop it should catch.
"""

from collections.abc import Generator, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from sqlalchemy.orm import Session

from nomocks.testing.sent import Statements
from nomocks.testing.statements import count_statements, engine_of

HOLDERS = (AsyncEngine, Engine, AsyncConnection, Connection, AsyncSession, Session)


@dataclass(frozen=True)
class Budget:
    """A number of statements, and whether fewer are wrong too."""

    statements: int
    exactly: bool

    @classmethod
    def of(cls, *most: object, exactly: object = None, **unknown: object) -> "Budget":
        given = [*most, *([] if exactly is None else [exactly])]
        number = given[0] if given else None
        if len(given) != 1 or unknown or type(number) is not int or number < 0:
            pytest.fail(
                "A query budget is one whole number, 0 or more: query_budget(3) for at most 3 "
                "statements, query_budget(exactly=3) for no more and no fewer.",
                pytrace=False,
            )
        return cls(number, exactly is not None)

    def complaint(self, seen: Statements) -> str | None:
        """What is wrong, with the report of what was sent; None if the budget was kept."""
        sent = len(seen)
        if sent == self.statements or (sent < self.statements and not self.exactly):
            return None
        allowed = f"{'exactly' if self.exactly else 'at most'} {self.statements}"
        were = "was" if sent == 1 else "were"
        return f"The query budget is {allowed}, and {sent} {were} sent:\n{seen}"


class Block:
    """A block of a test that must keep its budget; yields what it sends."""

    def __init__(self, budget: Budget, engines: Iterable[Engine]) -> None:
        self._budget = budget
        self._counting = count_statements(*engines)

    def __enter__(self) -> Statements:
        self._seen = self._counting.__enter__()
        return self._seen

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        __tracebackhide__ = True
        self._counting.__exit__(None, None, None)
        complaint = self._budget.complaint(self._seen)
        if complaint and kind is None:
            raise AssertionError(complaint)


class QueryBudget(Protocol):
    """The fixture ``query_budget``: a block that may send so many statements."""

    def __call__(self, most: int = ..., /, *, exactly: int = ...) -> Block: ...


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "query_budget(most, *, exactly): how many statements the test may send to its engines",
    )


@pytest.fixture
def query_budget(request: pytest.FixtureRequest) -> QueryBudget:
    """``with query_budget(2):`` fails if the block sends more than two statements."""

    def block(*most: int, **exactly: int) -> Block:
        return Block(Budget.of(*most, **exactly), _engines(request.node))

    return block


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Count what a marked test sends; a test that fails by itself keeps its own failure."""
    marker = item.get_closest_marker("query_budget")
    if marker is None:
        return (yield)
    budget = Budget.of(*marker.args, **marker.kwargs)
    with count_statements(*_engines(item)) as seen:
        result = yield
    if complaint := budget.complaint(seen):
        pytest.fail(complaint, pytrace=False)
    return result


def _engines(item: pytest.Item) -> list[Engine]:
    """The engines in the values of a test's fixtures, those behind its fixtures too."""
    found: set[Engine] = set()
    for value in getattr(item, "funcargs", {}).values():
        if isinstance(value, HOLDERS):
            with suppress(ValueError):  # a session without an engine sends nothing
                found.add(engine_of(value))
    if not found:
        pytest.fail(
            "A query budget needs a fixture of the database: let the test ask for session, "
            "connection or engine.",
            pytrace=False,
        )
    return list(found)
