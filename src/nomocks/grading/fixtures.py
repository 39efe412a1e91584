"""The fixtures of a forked test process: the database that was made for it, and maybe more."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import URL

from nomocks.postgres import Database, Server, get_server

DATABASE = pytest.StashKey[URL]()
BORROW = pytest.StashKey[Callable[[], URL]]()  # set where a process may make no databases


@dataclass(frozen=True)
class Borrowed(Database):
    """A database that goes with the run."""

    def drop(self) -> None:
        """Leave it to whoever has lent it."""


@dataclass(frozen=True)
class Lender(Server):
    """A server that gives clones of the run's own database, and nothing else."""

    borrow: Callable[[], URL]

    def create_database(self, purpose: str = "test", template: str | None = None) -> Database:  # noqa: ARG002
        """One more database, with the tables of the first."""
        return _borrowed(self.borrow())

    def template(self, key: str, build: Callable[[URL], None]) -> str:  # noqa: ARG002
        """What each clone is made from, whatever is asked for."""
        return ""


@pytest.fixture(scope="session")
def worker_database(pytestconfig: pytest.Config) -> Database:
    """The database that was made for this process."""
    return _borrowed(pytestconfig.stash[DATABASE])


@pytest.fixture(scope="session")
def server(pytestconfig: pytest.Config) -> Server:
    """The server of this machine, or one that lends."""
    borrow = pytestconfig.stash.get(BORROW, None)
    if borrow is None:
        return get_server()
    url = pytestconfig.stash[DATABASE]
    return Lender("lent", "", "for one run", url, borrow)


def _borrowed(url: URL) -> Database:
    return Borrowed(str(url.database), url, url)
