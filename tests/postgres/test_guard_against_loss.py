"""Nothing is lost that this project did not make: every way to lose data is tried."""

import json
from collections.abc import Callable, Iterator

import psycopg
import pytest
from sqlalchemy import URL, create_engine

from nomocks.postgres import (
    Database,
    NotATestDatabase,
    PostgresError,
    Server,
    databases,
    get_server,
)
from nomocks.postgres.connection import connected, scalar
from nomocks.postgres.guard import mark, mark_url, marks, require_test_database, this_host

RunSql = Callable[..., list[tuple[object, ...]]]
FILL = (
    "CREATE TABLE customer (name text)",
    "INSERT INTO customer SELECT 'customer ' || n FROM generate_series(1, 1000) n",
)
DEAD = 4_000_000  # a process number that Linux and macOS don't give


def comment(server: Server, database: str, says: str) -> None:
    with connected(server.url) as connection:
        words = psycopg.sql.Literal(says).as_string()
        connection.execute(f'COMMENT ON DATABASE "{database}" IS {words}'.encode())


@pytest.fixture(
    params=[
        "shop",  # looks like production
        "nomocks_test_1_ab12cd34ef",  # is merely named like ours
        "cloned_from_marked",  # a copy of a marked one, put to use
        "renamed_from_marked",  # a marked one, renamed and put to use
        "restored_with_comment",  # got a mark out of another server's dump
        "nomocks_template_orphan",
    ]
)
def production(
    request: pytest.FixtureRequest, test_server: Server, run_sql: RunSql
) -> Iterator[URL]:
    """A database with a thousand customers that nobody marked."""
    name = str(request.param)
    match name:
        case "cloned_from_marked":
            with test_server.create_database() as marked:
                run_sql(marked.name, *FILL)
                run_sql("postgres", f'CREATE DATABASE "{name}" TEMPLATE "{marked.name}"')
        case "renamed_from_marked":
            marked = test_server.create_database()
            run_sql(marked.name, *FILL)
            run_sql("postgres", f'ALTER DATABASE "{marked.name}" RENAME TO "{name}"')
        case _:
            run_sql("postgres", f'CREATE DATABASE "{name}"')
            run_sql(name, *FILL)
    if name == "restored_with_comment":
        says = {"database": name, "system": "7000000000000000000", "host": this_host(), "pid": DEAD}
        comment(test_server, name, "nomocks test database " + json.dumps(says))
    url = test_server.url.set(database=name)
    yield url
    with connected(url) as connection:
        assert scalar(connection, "SELECT count(*) FROM customer") == 1000
    run_sql("postgres", f'DROP DATABASE "{name}"')


def test_a_drop_is_refused(test_server: Server, production: URL) -> None:
    with pytest.raises(NotATestDatabase, match="not marked as a test database"):
        databases.drop(test_server.url, str(production.database))


def test_a_database_object_made_by_hand_is_refused(test_server: Server, production: URL) -> None:
    with (
        pytest.raises(NotATestDatabase),
        Database(str(production.database), production, test_server.url),
    ):
        pass


def test_it_is_no_orphan(test_server: Server, production: URL) -> None:
    databases.remove_orphans(test_server.url)
    assert production.database not in marked_names(test_server)


def test_it_is_no_server_to_test_on(production: URL) -> None:
    with pytest.raises(NotATestDatabase, match="nomocks mark"):
        get_server(production.render_as_string(hide_password=False))


def test_a_connection_to_it_is_refused(production: URL) -> None:
    engine = create_engine(production)
    with engine.connect() as connection, pytest.raises(NotATestDatabase):
        require_test_database(connection)
    engine.dispose()


def test_it_does_not_get_a_mark(production: URL) -> None:
    with pytest.raises(PostgresError, match="so it was not marked"):
        mark_url(production)


def test_a_template_of_its_name_is_not_taken(
    test_server: Server, production: URL, run_sql: RunSql
) -> None:
    name = test_server.template("precious", lambda _: None)
    databases.drop(test_server.url, name)
    run_sql("postgres", f'ALTER DATABASE "{production.database}" RENAME TO "{name}"')
    try:
        with pytest.raises(NotATestDatabase):
            test_server.template("precious", lambda _: None)
    finally:
        run_sql("postgres", f'ALTER DATABASE "{name}" RENAME TO "{production.database}"')


def marked_names(server: Server) -> set[str]:
    with connected(server.url) as connection:
        return set(marks(connection))


@pytest.fixture
def empty(test_server: Server, run_sql: RunSql) -> Iterator[URL]:
    """A database with nothing in it, which somebody made for tests but did not mark."""
    run_sql("postgres", "CREATE DATABASE spare")
    yield test_server.url.set(database="spare")
    run_sql("postgres", "DROP DATABASE spare")


def test_a_marked_database_is_let_pass(empty: URL) -> None:
    assert mark_url(empty) == "spare"
    engine = create_engine(empty)
    with engine.connect() as connection:
        require_test_database(connection)
    engine.dispose()


def test_marking_twice_is_no_error(empty: URL) -> None:
    mark_url(empty)
    mark_url(empty)


def test_our_own_database_is_let_pass(test_server: Server) -> None:
    with test_server.create_database() as database:
        engine = create_engine(database.sync_url)
        with engine.connect() as connection:
            require_test_database(connection)
        engine.dispose()


def test_a_database_with_tables_is_marked_only_by_force(empty: URL, run_sql: RunSql) -> None:
    run_sql("spare", *FILL)
    with pytest.raises(PostgresError, match=r"is not empty \(tables: 1\).*--force"):
        mark_url(empty)
    mark_url(empty, force=True)


def test_tables_of_an_extension_are_no_obstacle(empty: URL, run_sql: RunSql) -> None:
    run_sql("spare", "CREATE EXTENSION pg_stat_statements")
    mark_url(empty)


def test_a_comment_of_somebody_else_is_kept(test_server: Server, empty: URL) -> None:
    comment(test_server, "spare", "the CEO's")
    with pytest.raises(PostgresError, match="the CEO's"):
        mark_url(empty)
    assert "spare" not in marked_names(test_server)


def test_a_mark_that_is_rolled_back_is_none(empty: URL) -> None:
    engine = create_engine(empty)
    with engine.connect() as connection:
        mark(connection)
        connection.rollback()
        with pytest.raises(NotATestDatabase):
            require_test_database(connection)
    engine.dispose()


@pytest.mark.usefixtures("empty")
def test_garbage_after_the_prefix_is_no_mark(test_server: Server) -> None:
    for garbage in ("", "{", "[]", '{"database": "spare"}', '{"x": 1}'):
        comment(test_server, "spare", f"nomocks test database {garbage}")
        assert "spare" not in marked_names(test_server)


def test_only_an_owner_marks(empty: URL, run_sql: RunSql) -> None:
    run_sql("postgres", "CREATE ROLE guest LOGIN PASSWORD 'guest'")
    with pytest.raises(PostgresError, match="must be owner of database spare"):
        mark_url(empty.set(username="guest", password="guest"))
    run_sql("postgres", "DROP ROLE guest")


def test_a_refusal_never_shows_the_password(production: URL) -> None:
    with pytest.raises(NotATestDatabase) as refusal:
        get_server(production.render_as_string(hide_password=False))
    assert str(production.password) not in str(refusal.value)
