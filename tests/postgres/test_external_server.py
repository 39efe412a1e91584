"""A server at a URL: taken only with a marked database, left as it was found."""

import json
import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace

import pytest
from sqlalchemy import URL

from nomocks.postgres import (
    NotATestDatabase,
    PostgresError,
    Server,
    databases,
    get_server,
    guard,
)
from nomocks.postgres.connection import async_url, connected, sync_url
from nomocks.postgres.guard import mark_url, marks

NO_PROCESS = 4_000_000  # a number that Linux and macOS don't give
RunSql = Callable[..., list[tuple[object, ...]]]


@pytest.fixture(scope="module")
def marked(test_server: Server, run_sql: RunSql) -> Iterator[URL]:
    """The URL of a marked database, as a user with no more than CREATEDB."""
    run_sql(
        "postgres",
        "CREATE ROLE tester LOGIN CREATEDB PASSWORD 'p@ss/word'",
        "CREATE DATABASE for_tests OWNER tester",
    )
    url = test_server.url.set(database="for_tests", username="tester", password="p@ss/word")
    mark_url(url)
    yield url
    owned = run_sql(
        "postgres",
        "SELECT datname FROM pg_database WHERE pg_get_userbyid(datdba) = 'tester'",
    )
    run_sql("postgres", *(f'DROP DATABASE "{row[0]}"' for row in owned), "DROP ROLE tester")


def text(url: URL, driver: str = "postgresql") -> str:
    return url.set(drivername=driver).render_as_string(hide_password=False)


@pytest.mark.parametrize(
    "driver",
    ["postgresql", "postgres", "postgresql+asyncpg", "postgresql+psycopg", "postgresql+psycopg2"],
)
def test_a_url_of_any_driver_will_do(marked: URL, driver: str) -> None:
    server = get_server(text(marked, driver))
    assert server.kind == "external"
    assert server.major == 18
    assert server.url.drivername == "postgresql+psycopg"
    with server.create_database() as database:
        assert database.url.drivername == "postgresql+asyncpg"
        assert database.name != "for_tests"


def test_the_setting_names_the_url(marked: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOMOCKS_POSTGRES", text(marked))
    assert get_server().kind == "external"


def test_it_serves_templates_too(marked: URL) -> None:
    server = get_server(text(marked))
    name = server.template("external", lambda _: None)
    assert server.template("external", lambda _: None) == name
    server.create_database(template=name).drop()


def test_a_template_outlives_its_maker_and_goes_when_long_unused(
    marked: URL, run_sql: RunSql
) -> None:
    server = get_server(text(marked))
    name = server.template("old", lambda _: None)
    with connected(server.url) as connection:
        assert marks(connection)[name].pid == 0
    (says,) = run_sql(
        "postgres",
        f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{name}'",
    )[0]
    old = str(says).replace('"used": "20', '"used": "19')
    run_sql("postgres", f"COMMENT ON DATABASE {name} IS '{old}'")
    get_server(text(marked) + "&application_name=another")
    with connected(server.url) as connection:
        assert name not in marks(connection)
        assert "for_tests" in marks(connection)


def test_an_unmarked_database_is_refused(marked: URL) -> None:
    with pytest.raises(NotATestDatabase, match=r'"postgres" .* run `nomocks mark postgresql'):
        get_server(text(marked.set(database="postgres")))


def test_a_user_without_createdb_is_told_what_to_ask_for(marked: URL, run_sql: RunSql) -> None:
    run_sql("postgres", "CREATE ROLE reader LOGIN PASSWORD 'reader'")
    with pytest.raises(PostgresError, match='ALTER ROLE "reader" CREATEDB'):
        get_server(text(marked.set(username="reader", password="reader")))
    run_sql("postgres", "DROP ROLE reader")


def test_a_wrong_password_is_said_and_not_shown(marked: URL) -> None:
    with pytest.raises(PostgresError, match="check the user and the password") as refusal:
        get_server(text(marked.set(password="hunter2")))
    assert "hunter2" not in str(refusal.value)


def test_a_database_that_does_not_exist_is_said(marked: URL) -> None:
    with pytest.raises(PostgresError, match=r'"nowhere" does not exist.*create it'):
        get_server(text(marked.set(database="nowhere")))


def test_a_server_that_does_not_answer_is_said() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound and not listening
        port = unused.getsockname()[1]
        with pytest.raises(PostgresError, match=f"127.0.0.1:{port}.*see that it runs"):
            get_server(f"postgresql://me@127.0.0.1:{port}/for_tests")


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        ("sqlite", "names no server: set it to auto, container, embedded"),
        ("mysql://root@localhost/shop", "names no PostgreSQL database"),
        ("postgresql://localhost", "names no PostgreSQL database"),
        ("postgresql://host:port/db", "can't be read"),
        ("://", "can't be read"),
    ],
)
def test_a_choice_that_is_none_is_refused(choice: str, says: str) -> None:
    with pytest.raises(PostgresError, match=says):
        get_server(choice)


def test_options_get_the_name_that_each_driver_knows() -> None:
    url = sync_url("postgresql+asyncpg://db.example/shop?ssl=require&command_timeout=3")
    assert url.query == {"sslmode": "require"}
    assert async_url(url.update_query_dict({"application_name": "me"})).query == {"ssl": "require"}


def test_databases_of_other_hosts_and_of_living_processes_stay(
    marked: URL, run_sql: RunSql
) -> None:
    server = get_server(text(marked))
    with server.create_database() as ours, server.create_database() as theirs:
        with connected(server.url) as connection:
            mark = marks(connection)[theirs.name]
            assert mark.pid == os.getpid()
        elsewhere = replace(mark, host="another", pid=NO_PROCESS)
        says = guard.PREFIX + json.dumps(asdict(elsewhere))
        run_sql("postgres", f"COMMENT ON DATABASE {theirs.name} IS '{says}'")
        databases.remove_orphans(server.url)
        with connected(server.url) as connection:
            assert {ours.name, theirs.name} <= set(marks(connection))


def test_a_database_of_a_dead_process_of_this_host_goes(marked: URL, run_sql: RunSql) -> None:
    server = get_server(text(marked))
    left = server.create_database()
    with connected(server.url) as connection:
        dead = replace(marks(connection)[left.name], pid=NO_PROCESS)
    says = guard.PREFIX + json.dumps(asdict(dead))
    run_sql("postgres", f"COMMENT ON DATABASE {left.name} IS '{says}'")
    with connected(left.sync_url):
        databases.remove_orphans(server.url)  # somebody is in it
    with connected(server.url) as connection:
        assert left.name in marks(connection)
    databases.remove_orphans(server.url)
    with connected(server.url) as connection:
        assert left.name not in marks(connection)
