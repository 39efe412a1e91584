"""A MariaDB of this process: empty databases, reached by both drivers, gone with the process."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine

from nomocks.mariadb import (
    MariaDB,
    MariaDBError,
    NoMariaDB,
    NotATestMariaDB,
    get_mariadb,
    installed_version,
    server,
)

PRINT_IT = """
import time
from nomocks.mariadb import get_mariadb
print(get_mariadb().url.query["unix_socket"], flush=True)
time.sleep({seconds})
"""


@pytest.fixture(scope="module")
def mariadb() -> MariaDB:
    try:
        return get_mariadb("auto")
    except NoMariaDB as error:
        pytest.skip(str(error))


def run(url: URL, statement: str) -> object:
    engine = create_engine(url)
    with engine.begin() as connection:
        result = connection.execute(text(statement))
        found = result.scalar() if result.returns_rows else None
    engine.dispose()
    return found


def gone(path: Path) -> bool:
    """Whether it goes away within ten seconds."""
    deadline = time.monotonic() + 10
    while path.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    return not path.exists()


def parent_of(process: int) -> int:
    listed = ["ps", "-o", "ppid=", "-p", str(process)]
    return int(subprocess.run(listed, capture_output=True, text=True, check=True).stdout)


async def test_a_database_is_reached_by_both_drivers(mariadb: MariaDB) -> None:
    with mariadb.create_database() as database:
        run(database.sync_url, "CREATE TABLE lamps (id int)")
        engine = create_async_engine(database.url)
        async with engine.connect() as connection:
            assert await connection.scalar(text("SELECT count(*) FROM lamps")) == 0
        await engine.dispose()


def test_each_database_is_another_one_and_goes(mariadb: MariaDB) -> None:
    with mariadb.create_database() as one, mariadb.create_database() as other:
        assert one.name != other.name
    query = f"SELECT count(*) FROM information_schema.schemata WHERE schema_name = '{one.name}'"
    assert run(mariadb.url, query) == 0


def test_it_is_started_once_and_says_its_version(mariadb: MariaDB) -> None:
    assert get_mariadb("auto") is mariadb
    assert str(mariadb) == f"MariaDB {installed_version()}"


def test_nobody_reaches_it_by_the_network_or_without_the_password(mariadb: MariaDB) -> None:
    assert run(mariadb.url, "SELECT @@skip_networking") == 1
    with pytest.raises(MariaDBError, match="Access denied"):
        server._version(mariadb.url.set(password="wrong"))


@pytest.mark.usefixtures("mariadb")
def test_it_goes_when_its_process_ends() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PRINT_IT.format(seconds=0)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert gone(Path(done.stdout.strip()).parent)


@pytest.mark.usefixtures("mariadb")
def test_it_goes_when_its_process_is_killed() -> None:
    command = [sys.executable, "-c", PRINT_IT.format(seconds=60)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        socket = Path(process.stdout.readline().strip())
        assert socket.exists()
        process.kill()
    assert gone(socket.parent)


@pytest.mark.usefixtures("mariadb")
def test_it_goes_when_its_keeper_is_killed(tmp_path: Path) -> None:
    tmp_path.chmod(0o711)
    for folder in tmp_path.parents[:3]:
        folder.chmod(folder.stat().st_mode | 0o011)
    environment = os.environ | {"NOMOCKS_DATA": str(tmp_path)}
    command = [sys.executable, "-c", PRINT_IT.format(seconds=60)]
    homes = []
    for _ in range(2):
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env=environment
        ) as process:
            assert process.stdout is not None
            homes.append(Path(process.stdout.readline().strip()).parent)
            assert [path for path in homes if path.exists()] == homes[-1:]  # the first was swept
            pid = int((homes[-1] / "pid").read_text())
            os.kill(parent_of(pid), signal.SIGKILL)
            if sys.platform == "linux":
                assert gone(Path(f"/proc/{pid}"))
            process.kill()


def test_a_server_that_was_killed_is_started_anew(mariadb: MariaDB) -> None:
    known = server._started.pop(os.getpid())
    try:
        first = get_mariadb("auto")
        home = Path(str(first.url.query["unix_socket"])).parent
        os.kill(int((home / "pid").read_text()), signal.SIGKILL)
        assert gone(home)
        assert server._started[os.getpid()][0].keeper.wait(10) is not None
        second = get_mariadb("auto")
        assert second.url != first.url
        with second.create_database() as database:
            assert run(database.sync_url, "SELECT 1") == 1
    finally:
        own, _ = server._started[os.getpid()]
        if own.keeper.stdin:
            own.keeper.stdin.close()
        own.keeper.wait(10)
        server._started[os.getpid()] = known
    assert get_mariadb("auto") is mariadb


def test_a_url_is_used_when_its_database_is_marked(mariadb: MariaDB) -> None:
    with mariadb.create_database() as database:
        run(mariadb.url, f"ALTER DATABASE `{database.name}` COMMENT = 'for tests'")
        external = get_mariadb(database.sync_url.render_as_string(hide_password=False))
        assert external.kind == "external"
        with external.create_database() as another:
            assert run(another.sync_url, "SELECT database()") == another.name


def test_a_url_is_refused_whose_database_is_not_marked(mariadb: MariaDB) -> None:
    with mariadb.create_database() as database:
        url = database.url.render_as_string(hide_password=False)
        with pytest.raises(NotATestMariaDB, match=r"run ALTER DATABASE .* COMMENT = 'for tests'"):
            get_mariadb(url)


def test_none_is_as_if_there_were_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOMOCKS_MARIADB", "none")
    assert installed_version() == ""
    with pytest.raises(NoMariaDB, match="There is no MariaDB on this machine: install"):
        get_mariadb()


def test_without_its_programs_the_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    which: Callable[..., str | None] = lambda name, path=None: None  # noqa: ARG005, E731
    monkeypatch.setattr("nomocks.mariadb.local.shutil.which", which)
    with pytest.raises(NoMariaDB, match="mariadb-server-core"):
        server.program("mariadbd")


def test_another_choice_is_refused() -> None:
    with pytest.raises(MariaDBError, match="'mysql', which names no server"):
        get_mariadb("mysql")
