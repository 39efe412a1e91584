"""What a run is given of PostgreSQL: a role, its databases, and their URLs."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from sqlalchemy import URL

from nomocks.grading.sandbox.server import Server, url_of
from nomocks.postgres import Database


class Lender(Protocol):
    """The server, as far as what it lends needs it."""

    @property
    def sockets(self) -> Path:
        """The folder of its socket."""
        ...

    def another(self, lent: "Lent") -> str:
        """Make one more database for a run; return its name."""
        ...

    def end(self, lent: "Lent") -> None:
        """End all sessions of a run."""
        ...


@dataclass(eq=False)
class Lent:
    """A role, and the databases that it may use."""

    server: Lender = field(repr=False)
    on: Server = field(repr=False)  # a restarted one has nothing of this
    template: str
    role: str  # also the name of its first database
    password: str = field(repr=False)
    inside: str  # the folder of the socket, as the run sees it
    number: int = 0  # of the role, once it is there
    databases: list[str] = field(default_factory=list)  # that are there

    @property
    def url(self) -> URL:
        """The first database, for psycopg, as seen from inside a student's sandbox."""
        return self._url(self.inside, self.role)

    @property
    def outside(self) -> URL:
        """The same, as seen from the grader's side."""
        return self._url(str(self.server.sockets), self.role)

    @property
    def database(self) -> Database:
        """The first database, as seen from inside."""
        return Database(self.role, self.url, self.url)

    def another(self) -> Database:
        """One more clone for the same role, as seen from inside; at most 20.

        Raises PostgresError when there are as many, or when the server refuses or has ended.
        """
        name = self.server.another(self)
        url = self._url(self.inside, name)
        return Database(name, url, url)

    def end(self) -> None:
        """End all sessions of the run, whatever they do, and let it begin no other."""
        self.server.end(self)

    def _url(self, host: str, database: str) -> URL:
        return url_of(Path(host), self.role, self.password, database)
