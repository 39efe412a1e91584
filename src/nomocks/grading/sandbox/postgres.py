"""The PostgreSQL that submissions are graded on: one for each worker, a role for each run.

Whoever may connect is hostile. So the server has a sandbox of its own, everybody needs a random
password, and a run's role enters the databases that it was lent and no others. Settings such as
`statement_timeout` are a student's to change: what ends a run is `Lent.end`, from outside.

Runs on one server share its memory, its disk, its counters and the owner of the tables, so two at
once can be in each other's way: lend to one run at a time. Counters of transactions and objects
go on from run to run, and can be read: that the order of runs tells nothing is the caller's part.
"""

import contextlib
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

import psycopg
from sqlalchemy import URL

from nomocks.grading.sandbox import roles, server
from nomocks.grading.sandbox.lent import Lent
from nomocks.grading.sandbox.refusals import refusals
from nomocks.grading.sandbox.server import Server, account_of, change_tables
from nomocks.grading.sandbox.server_settings import BUILDER
from nomocks.grading.sandbox.walls import Namespaces, Walls
from nomocks.postgres import PostgresError
from nomocks.postgres.folders import LONGEST_SOCKET, SOCKET_NAME, give

MOST_MORE = 20  # databases that one run may ask for, besides its first
MOST_TEMPLATES = 40  # kept at a time; each takes 8 MB
BARE = "template1"
LARGEST_LOG = 1 << 20  # bytes, of the server's own messages


@dataclass
class Template:
    """A template database, and how to make it of another one."""

    name: str
    of: str
    build: Callable[[URL], None]
    built_on: Server | None = None
    used: float = 0.0  # when it was last cloned


class GradingServer:
    """A context manager that starts the server, and ends it.

    One thread must open, restart and close it, and must live as long: the kernel ends the server
    with the thread that started it. `folder` is empty, and private to the caller; as root, the
    server runs as `user`, or the one that PostgreSQL has on this machine. Raises PostgresError
    when it can't be started.
    """

    def __init__(self, folder: Path, user: int | None = None, walls: Walls | None = None) -> None:
        self._walls = walls or Namespaces(user)
        self.sockets = folder / "sockets"
        self._log = folder / "server.log"
        self._account = account_of(user)
        self._lock = threading.RLock()
        self._templates: dict[str, Template] = {}  # by key
        self._left: list[str] = []  # databases and roles that could not be dropped yet
        self._server: Server | None = None

    def __enter__(self) -> Self:
        if len(os.fsencode(self.sockets / SOCKET_NAME)) > LONGEST_SOCKET:
            raise PostgresError(
                f"The path of the socket in {self.sockets} is too long for this system: "
                "choose a folder with a shorter path."
            )
        self.sockets.mkdir()
        self.sockets.chmod(0o755)  # whatever the umask is
        give(self.sockets, self._account)
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._stop()

    def running(self) -> bool:
        """Whether the server is there and answers."""
        with self._lock:
            try:
                return self._session.execute("SELECT 1").fetchone() == (1,)
            except (psycopg.Error, PostgresError):
                return False

    def restart(self) -> None:
        """A new server in place of this one. Names of templates stay good; all else is gone."""
        with self._lock:
            self._stop()
            self._start()

    def changed(self, template: str, statements: Sequence[str]) -> str:
        """The name of a clone of a template that statements have changed; as `template`.

        A batch asks for the same ones again and again.
        """
        key = "\0".join((template, *statements))
        return self.template(key, partial(change_tables, statements=statements), of=template)

    def template(self, key: str, build: Callable[[URL], None], of: str = BARE) -> str:
        """The name of a template database for `key`, built by `build` if there is none yet.

        `build` gets the URL, for psycopg, of a clone of the template `of`, and of a role that owns
        what it makes and is no superuser.
        What it raises is passed on, with nothing left behind. It is called again after a restart,
        and where the template was not used for long.
        """
        with self._lock:
            if key not in self._templates:
                template = Template(roles.random_name("template"), of, build)
                self._build(template)
                self._templates[key] = template
            return self._templates[key].name

    @contextmanager
    def lend(self, template: str, *, owns: bool = False) -> Iterator[Lent]:
        """A new role and a database cloned from a template; afterwards all of that role is gone.

        With `owns` the role may change the tables. Raises PostgresError when the server refuses or
        has ended.
        """
        role, password = roles.random_name("run"), secrets.token_urlsafe(24)
        inside = self._walls.inside(self.sockets)
        lent = Lent(self, self._running, template, role, password, inside)
        try:
            with self._lock, refusals(self.sockets):
                self._clone(lent, role)
                roles.create_role(self._session, role, password, owns)
                lent.number = roles.number_of(self._session, role)
            yield lent
        finally:
            self._take_back(lent)

    def another(self, lent: Lent) -> str:
        """The name of one more database for a run, as `Lent.another`."""
        with self._lock, refusals(self.sockets):
            if len(lent.databases) > MOST_MORE:
                raise PostgresError(
                    f"A run may use {MOST_MORE} databases besides its first: "
                    "let several tests share one."
                )
            if lent.on is not self._server or not lent.databases:
                raise PostgresError("The run has ended, so it gets no database any more.")
            name = roles.random_name("run")
            self._clone(lent, name)
            roles.admit(self._session, lent.role, name)
            return name

    def end(self, lent: Lent) -> None:
        """End all sessions of a run; where one can't be ended, the server is."""
        with self._lock:
            if lent.on is not self._server or not lent.databases:
                return
            try:
                ended = self._end_sessions(lent)
            except (psycopg.Error, PostgresError):
                ended = False
            if not ended:
                self._stop()

    def _end_sessions(self, lent: Lent) -> bool:
        try:
            roles.close(self._session, lent.databases)
        except psycopg.OperationalError:  # they have used up what this needs: locks, or space
            roles.end_sessions(self._session, lent.number)
            roles.close(self._session, lent.databases)
        return roles.end_sessions(self._session, lent.number)

    def _take_back(self, lent: Lent) -> None:
        """Drop all of a run. If that can't be done, the server goes, and all of the run with it."""
        with self._lock:
            self.end(lent)
            if lent.on is not self._server:
                return
            try:
                self._left = roles.drop(self._session, [*reversed(lent.databases), *self._left])
            except (psycopg.Error, PostgresError):
                self._stop()
            lent.databases.clear()
            if self._log.stat().st_size > LARGEST_LOG:
                os.truncate(self._log, 0)

    def _clone(self, lent: Lent, name: str) -> None:
        self._require(lent.template)
        roles.clone(self._session, name, lent.template)
        lent.databases.append(name)
        roles.mark(self._session, name)

    def _require(self, name: str) -> None:
        """See that a template is there."""
        template = next(one for one in self._templates.values() if one.name == name)
        if template.built_on is not self._server:
            self._build(template)
        template.used = time.monotonic()

    def _build(self, template: Template) -> None:
        if template.of != BARE:
            self._require(template.of)
        with refusals(self.sockets):
            self._make_room()
            roles.clone(self._session, template.name, template.of)
        try:
            roles.mark(self._session, template.name)
            with roles.building(self._session, template.name) as password:
                template.build(self._running.url(BUILDER, password, template.name))
            roles.close(self._session, [template.name])
        except BaseException:
            with contextlib.suppress(psycopg.Error, PostgresError):
                self._left += roles.drop(self._session, [template.name])
            raise
        template.built_on, template.used = self._server, time.monotonic()

    def _make_room(self) -> None:
        built = [one for one in self._templates.values() if one.built_on is self._server]
        if len(built) >= MOST_TEMPLATES:
            longest_unused = min(built, key=lambda one: one.used)
            longest_unused.built_on = None
            self._left += roles.drop(self._session, [longest_unused.name])

    @property
    def _running(self) -> Server:
        if self._server is None or not self._server.box.runs:
            raise PostgresError("The PostgreSQL for submissions has ended: start it again.")
        return self._server

    @property
    def _session(self) -> roles.Session:
        return self._running.session

    def _start(self) -> None:
        self._server = server.start(self.sockets, self._log, self._account, self._walls)
        self._left = []

    def _stop(self) -> None:
        if self._server is not None:
            self._server.end()
            self._server = None
