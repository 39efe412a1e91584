"""A server for submissions, a student who attacks it, and a neighbor who must not notice.

Each test here ends with the same questions: does the server run, is the neighbor's row there and
can it work on, is nothing left of the attacker, and does the next run find what the first found.
"""

import contextlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL, create_engine, text

from nomocks.grading.sandbox.lent import Lent
from nomocks.grading.sandbox.postgres import GradingServer
from nomocks.grading.sandbox.tiers import chosen
from tests.attacks.conftest import Note

TABLES = (
    "CREATE TABLE users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text UNIQUE)",
    "CREATE TABLE orders (id serial PRIMARY KEY, user_id int REFERENCES users)",
)
QUICK = 6.0  # seconds: much longer than it takes, much shorter than an attack would last
Connection = psycopg.Connection[Any]


def build(url: URL) -> None:
    """The tables of a course."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in TABLES:
            connection.execute(text(statement))
    engine.dispose()


@dataclass
class Student:
    """Somebody who has what a run is lent, and wants more."""

    lent: Lent
    server: GradingServer
    stack: ExitStack = field(default_factory=ExitStack)
    may_end_the_server: bool = False  # in an attack that nothing but a new server can answer

    def connect(self, **changes: Any) -> Connection:
        """A connection as this student, or with something changed; closed after the test."""
        url = self.lent.outside
        options = {
            "host": url.query["host"],
            "port": 5432,
            "user": url.username,
            "password": url.password,
            "dbname": url.database,
            "connect_timeout": 10,
        }
        connection = psycopg.connect(autocommit=True, **options | changes)  # type: ignore[arg-type]
        self.stack.callback(connection.close)
        return connection

    def run(self, *statements: str) -> list[tuple[Any, ...]]:
        """Run statements on a connection of their own: the rows of the last one."""
        with self.connect() as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def tries(self, *statements: str) -> int:
        """Run each statement, whether it is refused or not; how many were not."""
        done = 0
        for statement in statements:
            with contextlib.suppress(psycopg.errors.InsufficientPrivilege, psycopg.DataError):
                self.run(statement)
                done += 1
        return done

    def refused(
        self, *statements: str, why: str = "permission denied|must be|only|not allow"
    ) -> None:
        """Each statement must be refused."""
        for statement in statements:
            with pytest.raises(psycopg.Error, match=why):
                self.run(statement)

    def ended_quickly(self) -> None:
        """Let the grader end the run, which must not take long."""
        began = time.monotonic()
        self.lent.end()
        assert time.monotonic() - began < QUICK
        with pytest.raises(psycopg.OperationalError):
            self.connect()


def asked(server: GradingServer, query: str, *values: object) -> list[tuple[Any, ...]]:
    """What the administrator sees."""
    return server._session.execute(query.encode(), values).fetchall()


def inventory(server: GradingServer, role: str) -> set[str]:
    """All that outlives a session, and the sessions of others than this role."""
    queries = (
        "SELECT 'database ' || datname || datistemplate::text || datallowconn FROM pg_database",
        "SELECT 'role ' || rolname || rolsuper || rolcanlogin FROM pg_roles",
        "SELECT 'setting of ' || setrole FROM pg_db_role_setting",
        "SELECT 'comment ' || description FROM pg_shdescription",
        "SELECT 'membership ' || roleid || member FROM pg_auth_members",
        "SELECT 'slot ' || slot_name FROM pg_replication_slots",
        "SELECT 'prepared ' || gid FROM pg_prepared_xacts",
        "SELECT 'tablespace ' || spcname FROM pg_tablespace",
        "SELECT 'subscription ' || subname FROM pg_subscription",
        "SELECT 'dependency ' || refobjid FROM pg_shdepend",
        "SELECT 'session of ' || usename FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        " AND backend_type = 'client backend' AND usename <> %s",
    )
    found = (
        row[0] for query in queries for row in asked(server, query, *[role] * query.count("%s"))
    )
    return {each for each in found if "template_" not in each}


@pytest.fixture(scope="session")
def started() -> Iterator[GradingServer]:
    folder = Path(tempfile.mkdtemp(prefix="nm-", dir="/dev/shm"))
    with chosen().walls(folder) as walls, GradingServer(folder, walls.user, walls) as server:
        yield server
    shutil.rmtree(folder)


@pytest.fixture
def server(started: GradingServer) -> GradingServer:
    """The server; another one if a test has brought it down and may do so."""
    if not started.running():
        started.restart()
    return started


@pytest.fixture
def template(server: GradingServer) -> str:
    """The name of the template that all runs get a clone of."""
    return server.template("course", build)


@pytest.fixture
def neighbor(server: GradingServer, template: str, record_property: Note) -> Iterator[Student]:
    """Another run at the same time, with one row. All is checked when the attacker has gone."""
    with server.lend(template) as lent:
        neighbor = Student(lent, server)
        neighbor.run("INSERT INTO users (email) VALUES ('mine')")
        before = inventory(server, lent.role)
        with neighbor.stack:
            yield neighbor
        if server.running():
            assert inventory(server, lent.role) == before
            assert_unharmed(neighbor)
            neighbor.stack.close()
            record_property("neighbor", "her row is there")
    next_run_is_served(server, template)
    assert not server._left


@pytest.fixture
def student(neighbor: Student, template: str) -> Iterator[Student]:
    """The attacker."""
    with neighbor.server.lend(template) as lent:
        student = Student(lent, neighbor.server)
        with student.stack:
            yield student
    assert neighbor.server.running() or student.may_end_the_server


def assert_unharmed(neighbor: Student) -> None:
    """The neighbor finds its row, alone, and can write another."""
    assert neighbor.run("SELECT email FROM users") == [("mine",)]
    neighbor.run("INSERT INTO users (email) VALUES ('more')", "DELETE FROM users WHERE id > 1")


def next_run_is_served(server: GradingServer, template: str) -> None:
    """The next run gets the database as it was made, and nothing of an earlier run."""
    if not server.running():
        server.restart()
    with server.lend(template) as lent:
        student = Student(lent, server)
        assert student.run("INSERT INTO users (email) VALUES ('a') RETURNING id") == [(1,)]
        assert student.run(
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind <> 'i' ORDER BY 1"
        ) == [("orders",), ("orders_id_seq",), ("users",), ("users_id_seq",)]
        assert (
            student.run(
                "SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            )
            == []
        )
        student.stack.close()


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something has come about."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
