"""Servers for the tests of `nomocks.postgres`: real ones, away from the machine's shared one."""

import shutil
import subprocess
from collections.abc import Callable, Iterator

import pytest
from homes import Home, new_home

from nomocks.postgres import Server, get_server
from nomocks.postgres.connection import connected


@pytest.fixture(scope="session")
def prepared() -> Iterator[Home]:
    """A home whose cluster template is made already."""
    home = new_home()
    home.try_server()
    yield home
    shutil.rmtree(home.path, ignore_errors=True)


@pytest.fixture(scope="session")
def used_homes() -> Iterator[list[Home]]:
    """Homes to close at the end, because their servers linger for a moment."""
    homes: list[Home] = []
    yield homes
    for home in homes:
        home.close()


@pytest.fixture
def empty_home(used_homes: list[Home]) -> Home:
    """A home with nothing in it."""
    home = new_home()
    used_homes.append(home)
    return home


@pytest.fixture
def home(empty_home: Home, prepared: Home) -> Home:
    """A home without a server, with a cluster template."""
    subprocess.run(["cp", "-Rp", prepared.path / "cache", empty_home.path], check=True)
    return empty_home


@pytest.fixture(scope="session")
def test_server(prepared: Home) -> Iterator[Server]:
    """An embedded server that lives as long as this test process."""
    with pytest.MonkeyPatch.context() as settings:
        settings.setenv("NOMOCKS_HOME", str(prepared.path))
        yield get_server("embedded")


@pytest.fixture(scope="session")
def run_sql(test_server: Server) -> Callable[..., list[tuple[object, ...]]]:
    """Run statements as superuser in a database of the test server: the last one's rows."""

    def run(database: str, *statements: str) -> list[tuple[object, ...]]:
        with connected(test_server.url.set(database=database)) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    return run
