"""`nomocks mark`, which lets a database of one's own be used."""

from collections.abc import Iterator

import psycopg
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import URL

from nomocks.cli import main
from nomocks.postgres import get_server


@pytest.fixture
def url() -> Iterator[URL]:
    """A database that nobody has marked."""
    with get_server().create_database("unmarked") as database:
        url = database.sync_url.set(drivername="postgresql")
        run_sql(url, f'COMMENT ON DATABASE "{database.name}" IS NULL')
        yield url
        mark(url, "--force")  # so that it can be dropped


def run_sql(url: URL, statement: str) -> None:
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(statement)


def mark(url: URL, *options: str) -> Result:
    return CliRunner().invoke(main, ["mark", url.render_as_string(hide_password=False), *options])


def test_an_empty_database_is_marked(url: URL) -> None:
    done = mark(url)
    assert done.exit_code == 0
    assert done.output == f'Database "{url.database}" is marked as one for tests.\n'


def test_a_database_with_tables_is_marked_only_on_request(url: URL) -> None:
    run_sql(url, "CREATE TABLE customers (id int)")
    refused = mark(url)
    assert refused.exit_code == 2
    assert "is not empty (tables: 1)" in refused.output
    assert mark(url, "--force").exit_code == 0


def test_what_is_no_address_of_a_database_gets_one_sentence() -> None:
    done = CliRunner().invoke(main, ["mark", "mysql://here/shop"])
    assert done.exit_code == 2
    assert len(done.output.splitlines()) == 1
