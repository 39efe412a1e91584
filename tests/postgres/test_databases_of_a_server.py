"""Databases: named so that nobody meets, cloned from templates, dropped with their process."""

import os
import signal

import psycopg
import pytest
from homes import Home, wait_until
from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from nomocks.postgres import PostgresError, Server, databases
from nomocks.postgres.connection import connected, scalar

KILLED_BUILD = """
import os, signal
from nomocks.postgres import get_server
get_server("embedded").template("killed", lambda url: os.kill(os.getpid(), signal.SIGKILL))
"""
COUNTED_BUILD = """
import sys, time
from sqlalchemy import create_engine, text
from nomocks.postgres import get_server

def build(url):
    print("building")
    time.sleep(0.3)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE product (name text)"))

print(get_server("embedded").template("counted", build), flush=True)
sys.stdin.read()
"""
FORKED_NAMES = """
import multiprocessing
from nomocks.postgres.databases import new_name
if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(4) as pool:
        print(len(set(pool.map(new_name, ["test"] * 200))))
"""
LEFT = """
from nomocks.postgres import get_server
print(get_server("embedded").create_database("left").name)
"""


def names(server: Server) -> set[str]:
    with connected(server.url) as connection:
        return {row[0] for row in connection.execute("SELECT datname FROM pg_database")}


def make_product(url: URL) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE product (name text)"))
        connection.execute(text("INSERT INTO product VALUES ('tea')"))
    engine.dispose()


def test_a_database_has_a_url_for_each_driver(test_server: Server) -> None:
    with test_server.create_database() as database:
        assert database.url.drivername == "postgresql+asyncpg"
        assert database.sync_url.drivername == "postgresql+psycopg"
        assert database.url.database == database.sync_url.database == database.name


async def test_a_database_answers_by_asyncpg(test_server: Server) -> None:
    with test_server.create_database() as database:
        engine = create_async_engine(database.url)
        async with engine.connect() as connection:
            found = await connection.scalar(text("SELECT current_database()"))
        await engine.dispose()
        assert found == database.name


@pytest.mark.parametrize("purpose", ["", "Grün & blau; DROP", "x" * 100, "chapter 04: isolation"])
def test_any_purpose_makes_a_name_that_postgres_takes(test_server: Server, purpose: str) -> None:
    with test_server.create_database(purpose) as database:
        assert database.name.startswith("nomocks_")
        assert len(database.name.encode()) <= 63
        assert str(os.getpid()) in database.name
        assert database.name in names(test_server)


def test_forked_workers_never_choose_the_same_name(home: Home) -> None:
    assert home.run(FORKED_NAMES) == "200"


def test_leaving_the_context_drops_the_database_and_its_sessions(test_server: Server) -> None:
    with test_server.create_database() as database:
        session = psycopg.connect(
            database.sync_url.set(drivername="postgresql").render_as_string(hide_password=False)
        )
    assert database.name not in names(test_server)
    with pytest.raises(psycopg.OperationalError):
        session.execute("SELECT 1")
    session.close()


def test_dropping_twice_is_no_error(test_server: Server) -> None:
    database = test_server.create_database()
    database.drop()
    database.drop()


def test_a_database_of_a_dead_process_goes_at_the_next_attach(home: Home) -> None:
    user = home.user()
    left = home.run(LEFT)
    listed = "SELECT datname FROM pg_database"
    with connected(make_url(user.url)) as connection:
        assert left in {row[0] for row in connection.execute(listed)}
        alive = home.start(LEFT + "import sys; sys.stdout.flush(); sys.stdin.read()")
        assert alive.stdout
        of_the_living = alive.stdout.readline().strip()
        home.try_server()
        after = {row[0] for row in connection.execute(listed)}
    assert left not in after
    assert of_the_living in after
    alive.communicate()
    user.end()


def test_a_template_is_built_once_and_cloned_with_its_rows(test_server: Server) -> None:
    built = []

    def build(url: URL) -> None:
        built.append(url)
        make_product(url)

    first = test_server.template("products", build)
    assert test_server.template("products", build) == first
    assert len(built) == 1
    with (
        test_server.create_database(template=first) as database,
        connected(database.sync_url) as connection,
    ):
        assert scalar(connection, "SELECT name FROM product") == "tea"


def test_parallel_callers_wait_for_one_build(home: Home) -> None:
    callers = [home.start(COUNTED_BUILD) for _ in range(4)]
    lines = [line for caller in callers for line in caller.communicate()[0].splitlines()]
    assert lines.count("building") == 1
    assert len(set(lines)) == 2


def test_a_failed_build_passes_its_error_on_and_leaves_nothing(test_server: Server) -> None:
    def fail(_: URL) -> None:
        raise ZeroDivisionError

    before = names(test_server)
    with pytest.raises(ZeroDivisionError):
        test_server.template("failing", fail)
    assert names(test_server) == before
    name = test_server.template("failing", make_product)
    assert names(test_server) - before == {name}


def test_a_killed_build_is_built_anew_and_cleaned_up(home: Home) -> None:
    user = home.user()
    builder = home.start(KILLED_BUILD)
    builder.communicate()
    assert builder.returncode == -signal.SIGKILL
    output = home.run(
        """
from nomocks.postgres import get_server
from nomocks.postgres.connection import connected
server = get_server("embedded")
server.template("killed", lambda url: None)
with connected(server.url) as connection:
    rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'nomocks%'")
    print(*(row[0].rsplit("_", 1)[0] for row in rows))
"""
    )
    assert output == "nomocks_template"
    user.end()


def test_a_connection_left_open_by_the_build_is_no_obstacle(test_server: Server) -> None:
    connections = []

    def build(url: URL) -> None:
        connections.append(create_engine(url).connect())

    name = test_server.template("left open", build)
    test_server.create_database(template=name).drop()
    connections[0].invalidate()
    connections[0].engine.dispose()


def test_nobody_connects_to_a_template(test_server: Server) -> None:
    name = test_server.template("closed", make_product)
    closed = test_server.url.set(database=name)
    with pytest.raises(PostgresError, match="not currently accepting"), connected(closed):
        pass


def test_a_database_in_use_makes_no_template(
    test_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "CLONE_LIMIT", 0.0)
    with (
        test_server.create_database() as used,
        connected(used.sync_url),
        pytest.raises(PostgresError, match="open connections"),
    ):
        test_server.create_database(template=used.name)
    wait_until(lambda: used.name not in names(test_server))
