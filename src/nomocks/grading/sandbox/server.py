"""A PostgreSQL for submissions that runs: its sandbox, and the administrator's one session."""

import os
import pwd
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import URL

from nomocks.grading.sandbox import roles
from nomocks.grading.sandbox.server_settings import ADMIN
from nomocks.grading.sandbox.walls import Box, Walls
from nomocks.postgres import PostgresError
from nomocks.postgres.binaries import find_binaries, within_reach
from nomocks.postgres.cluster import kept_cluster
from nomocks.postgres.connection import connect, connected, is_ready
from nomocks.postgres.embedded import last_lines
from nomocks.postgres.folders import SOCKET_NAME, Account, data_folder, server_account

LONGEST_START = 60.0  # seconds
POLL = 0.003  # seconds


@dataclass(frozen=True, eq=False)
class Server:
    """A server, on data of its own."""

    box: Box
    session: roles.Session  # the administrator's, the only one: its password is kept nowhere
    sockets: Path

    def url(self, user: str, password: str, database: str) -> URL:
        """The URL of one of its databases, for psycopg."""
        return url_of(self.sockets, user, password, database)

    def end(self) -> None:
        """End it, and all sessions on it."""
        self.session.close()
        self.box.end()


def start(sockets: Path, log: Path, account: Account | None, walls: Walls) -> Server:
    """Start a server within walls, with its socket in an empty folder. Raises PostgresError.

    It ends with the thread that calls this.
    """
    binaries = within_reach(find_binaries(), server_account())
    scratch = data_folder() / f"grading-{secrets.token_hex(8)}"
    kept = kept_cluster(binaries, server_account(), scratch)
    with log.open("wb") as messages:
        box = walls.start_server(binaries, kept.archive, sockets, messages, account)
    try:
        url = url_of(sockets, ADMIN, kept.password, "template1")
        _wait_until_ready(box, url, log)
        (sockets / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)  # the server itself needs none
        with connected(url) as session:
            roles.prepare_template1(session)
        patient = {"host": str(sockets), "options": roles.PATIENCE}
        session = connect(url.set(database="postgres", query=patient))
        roles.change_password(session, secrets.token_urlsafe(24))
    except BaseException:
        box.end()
        raise
    return Server(box, session, sockets)


def change_tables(url: URL, statements: Sequence[str]) -> None:
    """Run statements, each committed. Raises PostgresError."""
    try:
        with connected(url) as session:
            for statement in statements:
                session.execute(statement.encode())
    except psycopg.Error as error:
        raise PostgresError(
            f"A variant's statement can't be run on the tables ({error}): correct the variant."
        ) from None


def account_of(user: int | None) -> Account | None:
    """The user to run the server as: a number for root to choose, or the usual one."""
    if os.geteuid() or user is None:
        return server_account()
    try:
        return Account("", user, pwd.getpwuid(user).pw_gid)
    except KeyError:  # a number is enough
        return Account("", user, user)


def _wait_until_ready(box: Box, url: URL, log: Path) -> None:
    deadline = time.monotonic() + LONGEST_START
    while not is_ready(url):
        if time.monotonic() > deadline or not box.runs:
            raise PostgresError(
                "The PostgreSQL for submissions did not start; the last lines of its log: "
                f"{last_lines(log)}. See that bubblewrap may make sandboxes here, and that there "
                "is memory left."
            )
        time.sleep(POLL)


def url_of(sockets: Path, user: str, password: str, database: str) -> URL:
    """The URL of a database, for psycopg."""
    return URL.create(
        "postgresql+psycopg",
        username=user,
        password=password,
        database=database,
        port=5432,  # said, because the environment's PGPORT would count otherwise
        query={"host": str(sockets)},
    )
