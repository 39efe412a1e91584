"""One MariaDB for a process, and the databases made on it."""

import os
import re
import secrets
import subprocess
import threading
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import Self

from sqlalchemy import URL, Connection, NullPool, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from nomocks.mariadb.errors import MISSING, MariaDBError, NoMariaDB, NotATestMariaDB
from nomocks.mariadb.local import Started, program, start

MARK = "for tests"  # the comment of a database on somebody else's server
COMMENT = "SELECT schema_comment FROM information_schema.schemata WHERE schema_name = :name"
OLDEST = (10, 6)

_lock = threading.Lock()
_started: dict[int, tuple[Started, "MariaDB"]] = {}  # by process: a forked one starts its own


@dataclass(frozen=True)
class Database:
    """A database of our own, to be dropped when done with."""

    name: str
    sync_url: URL  # by PyMySQL
    admin_url: URL

    @property
    def url(self) -> URL:
        """By aiomysql."""
        return self.sync_url.set(drivername="mariadb+aiomysql")

    def drop(self) -> None:
        """Drop it, with all that is in it."""
        _run(self.admin_url, f"DROP DATABASE IF EXISTS `{self.name}`")

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
class MariaDB:
    """A running server. `kind` is local or external."""

    kind: str
    version: str
    url: URL

    def __str__(self) -> str:
        return f"MariaDB {self.version}"

    def create_database(self) -> Database:
        """A new database, which is yours until you drop it."""
        name = f"nomocks_{secrets.token_hex(6)}"
        _run(self.url, f"CREATE DATABASE `{name}`")
        return Database(name, self.url.set(database=name), self.url)


def get_mariadb(choice: str | None = None) -> MariaDB:
    """The MariaDB to test on, started if this process has none yet.

    `choice`: auto, none or a URL; None is $NOMOCKS_MARIADB or auto. Raises NoMariaDB when there is
    none, NotATestMariaDB for a URL whose database is not marked, MariaDBError for other trouble.
    """
    wanted = choice or os.environ.get("NOMOCKS_MARIADB") or "auto"
    if wanted == "none":
        raise NoMariaDB(MISSING)
    if "://" in wanted:
        return _external(wanted)
    if wanted != "auto":
        raise MariaDBError(
            f"NOMOCKS_MARIADB is {wanted!r}, which names no server: set it to auto, none or a "
            "mariadb:// URL."
        )
    with _lock:
        known = _started.get(os.getpid())
        if known and known[0].keeper.poll() is not None and known[0].keeper.stdin:
            known[0].keeper.stdin.close()
            known = None
        if known is None:
            server = start()
            known = server, MariaDB("local", _version(server.url), server.url)
            _started[os.getpid()] = known
        return known[1]


def installed_version() -> str:
    """The version that `get_mariadb` would give, without a start; empty if there is none."""
    wanted = os.environ.get("NOMOCKS_MARIADB") or "auto"
    if wanted == "auto":
        try:
            return _version_of(program("mariadbd"))
        except NoMariaDB:
            return ""
    return "" if wanted == "none" else get_mariadb().version


@cache
def _version_of(path: str) -> str:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    return _short(said)


@cache
def _external(text_of_url: str) -> MariaDB:
    url = make_url(text_of_url).set(drivername="mariadb+pymysql")
    comment = _run(url, COMMENT, name=url.database or "")
    if comment != MARK:
        raise NotATestMariaDB(
            f'Database "{url.database}" of the MariaDB at {url.host} is not marked as a test '
            "database, so nothing was touched: if nothing on that server is worth keeping, run "
            f"ALTER DATABASE `{url.database}` COMMENT = '{MARK}' there."
        )
    version = _version(url)
    if tuple(map(int, version.split(".")[:2])) < OLDEST:
        raise MariaDBError(f"{url.host} runs MariaDB {version}: choose one of 10.6 or later.")
    return MariaDB("external", version, url)


def _version(url: URL) -> str:
    return _short(str(_run(url, "SELECT version()")))


def _short(said: str) -> str:
    found = re.search(r"\d+\.\d+\.\d+(?=-MariaDB)", said)
    if found is None:
        raise MariaDBError(f"This is no MariaDB (it says {said.strip()!r}): choose another server.")
    return found[0]


def _run(url: URL, statement: str, **values: str) -> object:
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            return _first(connection, statement, values)
    except DBAPIError as error:
        raise MariaDBError(f"MariaDB says {error.orig}: look at {url!r}.") from None
    finally:
        engine.dispose()


def _first(connection: Connection, statement: str, values: dict[str, str]) -> object:
    result = connection.execute(text(statement), values)
    return result.scalar() if result.returns_rows else None
