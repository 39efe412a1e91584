"""`--keep-database`: what a failed test wrote can be read afterwards, until somebody drops it."""

import fcntl
import re
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from nomocks.postgres import get_server
from nomocks.postgres.databases import remove_orphans
from tests.testing.projects import IMPORTS, INI, run

STRATEGIES = ("rollback", "truncate", "delete", "template", "recreate")
FAILS = """
async def test_fails(session):
    session.add(ada())
    await session.commit()
    session.add(ada("eve@example.org"))
    await session.flush()
    assert await users(session) == 7
"""
PASSES = """
@pytest.mark.parametrize("time", range(2))
async def test_passes(session, time):
    assert await users(session) == 0
    session.add(ada())
    await session.commit()
"""


def commands(result: pytest.RunResult) -> list[list[str]]:
    """The commands of psql in the report, as words."""
    return [shlex.split(line) for line in result.outlines if line.startswith("  psql ")]


def emails(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [email for (email,) in connection.execute("SELECT email FROM users ORDER BY id")]


def drop(command: list[str]) -> None:
    """What the printed command does."""
    _, url, option, statement = command
    assert option == "-c"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture(autouse=True)
def _no_process_stays(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "home" not in request.fixturenames:  # the shared server runs as long as these tests do
        monkeypatch.setattr("nomocks.testing.keeping.stay", len)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_rows_of_a_failed_test_are_kept_and_no_other_test_sees_them(
    pytester: pytest.Pytester, strategy: str
) -> None:
    result = run(pytester, FAILS + PASSES, "--keep-database", "--isolation", strategy)
    result.assert_outcomes(passed=2, failed=1)
    remove_orphans(get_server().url)
    (read, dropping) = commands(result)
    assert emails(read[1]) == ["ada@example.org", "eve@example.org"]
    drop(dropping)


def test_nothing_is_kept_of_tests_that_pass_or_use_no_database(pytester: pytest.Pytester) -> None:
    result = run(pytester, PASSES + "def test_fails():\n    assert 0\n", "--keep-database")
    result.assert_outcomes(passed=2, failed=1)
    assert not commands(result)


def test_nothing_is_kept_unless_asked_for(pytester: pytest.Pytester) -> None:
    result = run(pytester, FAILS + PASSES)
    result.assert_outcomes(passed=2, failed=1)
    assert not commands(result)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_was_committed_before_a_failed_statement_is_kept(
    pytester: pytest.Pytester, strategy: str
) -> None:
    tests = """
async def test_fails(session):
    session.add(ada())
    await session.commit()
    session.add(ada("eve@example.org"))
    await session.flush()
    await session.execute(text("select 1 / 0"))
"""
    result = run(pytester, tests + PASSES, "--keep-database", "--isolation", strategy)
    result.assert_outcomes(passed=2, failed=1)
    (read, dropping) = commands(result)
    assert emails(read[1]) == ["ada@example.org"]
    drop(dropping)


def test_rows_that_a_deferred_constraint_refuses_are_said_to_be_lost(
    pytester: pytest.Pytester,
) -> None:
    tests = """
async def test_fails(session):
    await session.execute(text(
        "alter table users add constraint one unique (name) deferrable initially deferred"
    ))
    session.add_all([ada(), ada("eve@example.org")])
    await session.commit()
    assert 0
"""
    result = run(pytester, tests + PASSES, "--keep-database")
    result.assert_outcomes(passed=2, failed=1, errors=1)
    result.stdout.re_match_lines([r"The rows can't be kept, their COMMIT failed: .*\"one\""])
    drop(commands(result)[1])


def test_a_worker_of_xdist_tells_what_it_has_kept(pytester: pytest.Pytester) -> None:
    pytester.makeini(INI)
    pytester.makepyfile(IMPORTS + FAILS)
    result = pytester.runpytest_subprocess("-n", "1", "--keep-database")
    (read, dropping) = commands(result)
    assert emails(read[1]) == ["ada@example.org", "eve@example.org"]
    drop(dropping)


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A short path, because a socket lies below it; nobody else uses the server there."""
    folder = Path(tempfile.mkdtemp(prefix="nk"))
    folder.chmod(0o711)
    monkeypatch.setenv("NOMOCKS_HOME", str(folder))
    monkeypatch.setenv("NOMOCKS_POSTGRES", "embedded")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_the_server_stays_until_what_was_kept_is_dropped(
    pytester: pytest.Pytester, home: Path
) -> None:
    pytester.makeini(INI)
    pytester.makepyfile(IMPORTS + FAILS)
    result = pytester.runpytest_subprocess("-p", "no:xdist", "--keep-database")
    (users,) = home.glob("run/*/users.lock")
    with users.open() as lock:
        with pytest.raises(BlockingIOError):  # somebody uses the server, and it is not this process
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        (read, dropping) = commands(result)
        assert emails(read[1]) == ["ada@example.org", "eve@example.org"]
        drop(dropping)
        fcntl.flock(lock, fcntl.LOCK_EX)  # returns when the one who used it has ended
    assert re.search(r"ends \d hours from now", result.stdout.str())
