"""A pytest plugin that writes what each test sends through asyncpg: statements with parameters.

BEGIN, savepoints and ROLLBACK are there as well, so what is written can be sent again as it is.
"""

import pickle
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event


@dataclass(frozen=True)
class Sent:
    """One statement with its parameters, or with a list of those of many executions."""

    statement: str
    parameters: tuple[Any, ...] | list[tuple[Any, ...]] = ()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--statements", type=Path, help="write what each test sends here (pickle)")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Listener(config.getoption("--statements")))


class Listener:
    """Hears every engine of asyncpg."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tests: list[tuple[str, list[Sent]]] = []
        event.listen(Engine, "begin", self.begin)
        event.listen(Engine, "before_cursor_execute", self.execute)
        event.listen(Engine, "commit", self.commit)
        event.listen(Engine, "rollback", self.rollback)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self.tests.append((item.name, []))
        return (yield)

    def pytest_sessionfinish(self) -> None:
        self.path.write_bytes(pickle.dumps(self.tests))

    def note(self, connection: Connection, sent: Sent) -> None:
        if connection.dialect.driver == "asyncpg":
            self.tests[-1][1].append(sent)

    def begin(self, connection: Connection) -> None:
        self.note(connection, Sent("BEGIN"))

    def execute(
        self,
        connection: Connection,
        _cursor: object,
        statement: str,
        parameters: Any,
        _context: object,
        _many: bool,  # also where an INSERT of many rows is one statement
    ) -> None:
        self.note(connection, Sent(statement, parameters))

    def commit(self, connection: Connection) -> None:
        self.note(connection, Sent("COMMIT"))

    def rollback(self, connection: Connection) -> None:
        self.note(connection, Sent("ROLLBACK"))
