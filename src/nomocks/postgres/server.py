"""A server, and the databases made on it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from sqlalchemy import URL

from nomocks.postgres import databases
from nomocks.postgres.connection import async_url


@dataclass(frozen=True)
class Database:
    """A database of our own, to be dropped when done with."""

    name: str
    sync_url: URL  # by psycopg
    admin_url: URL

    @property
    def url(self) -> URL:
        """By asyncpg."""
        return async_url(self.sync_url)

    def exists(self) -> bool:
        """Whether the server still has it."""
        return databases.exists(self.admin_url, self.name)

    def drop(self) -> None:
        """Drop it, with the sessions still in it. Raises NotATestDatabase if its mark is gone."""
        databases.drop(self.admin_url, self.name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.drop()


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL. `kind` is container, embedded or external."""

    kind: str
    version: str
    source: str
    url: URL  # the database for administration, by psycopg

    def __str__(self) -> str:
        return f"PostgreSQL {self.version} ({self.source})"

    @property
    def major(self) -> int:
        return int(re.findall(r"\d+", self.version)[0])

    def create_database(self, purpose: str = "test", template: str | None = None) -> Database:
        """A new database, marked as a test one; left alone, it goes after this process's end.

        Raises PostgresError when the server refuses or `template` is in use for 20 seconds.
        """
        name = databases.create(self.url, purpose, template, self._strategy)
        return Database(name, self.url.set(database=name), self.url)

    def template(self, key: str, build: Callable[[URL], None]) -> str:
        """The name of a template database for `key`, built by `build` if there is none yet.

        `build` gets the URL for psycopg. It runs once for all processes, and what it raises is
        passed on, with nothing left behind.
        """
        return databases.template(self.url, key, build, self._strategy)

    @property
    def _strategy(self) -> str:
        # Without fsync, copying files beats writing them through the log.
        return "" if self.kind == "external" or self.major < 15 else "FILE_COPY"
