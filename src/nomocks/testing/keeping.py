"""`--keep-database`: what a failed test wrote stays, in a database of its own.

Its database is given up instead of emptied, with a mark that belongs to no process, and the next
test gets a new one. Under the isolation rollback the test's one transaction is committed for that.
The shared server ends with its last user, so a process stays behind that uses it while a database
that was kept is still there, for eight hours at most.
"""

import shlex
import subprocess
import sys
from collections.abc import Generator

import pytest
from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from nomocks.postgres import Database
from nomocks.postgres.connection import connected
from nomocks.postgres.guard import set_mark
from nomocks.testing import keeper

FAILED = pytest.StashKey[bool]()
KEPT = pytest.StashKey[list[str]]()
PROPERTY = "kept database"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("nomocks").addoption(
        "--keep-database",
        action="store_true",
        help="keep what a failed test wrote, and say how to reach it with psql",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[KEPT] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, object]:
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


def wanted(item: pytest.Item) -> bool:
    """Whether this test has failed and its database is to be kept."""
    return bool(item.stash.get(FAILED, False) and item.config.getoption("--keep-database"))


async def keep_session(session: AsyncSession) -> None:
    """Commit what the session has flushed and not committed, where its transaction still can."""
    try:
        connection = await session.connection()
        await connection.exec_driver_sql("SELECT 1")  # fails if the transaction has failed
        transaction = connection.get_nested_transaction() or connection.get_transaction()
        if transaction:
            await transaction.commit()
    except SQLAlchemyError:
        await session.rollback()  # nobody could keep these rows


async def keep_transaction(connection: AsyncConnection) -> str | None:
    """Commit the transaction that would be rolled back; why that failed, if it did."""
    raw = await connection.get_raw_connection()
    try:
        await raw.driver_connection.execute("COMMIT")  # type: ignore[union-attr]
    except Exception as error:  # the driver's own
        return " ".join(str(error).split())
    await connection.invalidate()  # what SQLAlchemy knows of its transaction is no longer so
    return None


def keep(item: pytest.Item, database: Database) -> None:
    """Let a database outlive this process, and tell in the report where it is."""
    with connected(database.admin_url) as connection:
        set_mark(connection, database.name, lasting=True)
    item.config.stash[KEPT].append(database.name)
    drop = ["-c", f'DROP DATABASE "{database.name}"']
    commands = (
        shlex.join(["psql", _for_psql(database.sync_url)]),
        shlex.join(["psql", _for_psql(database.admin_url), *drop]),
    )
    item.user_properties.append((PROPERTY, "\n  ".join((item.nodeid, *commands))))


def _for_psql(url: URL) -> str:
    url = url.set(drivername="postgresql")
    if not url.query.get("host") and url.host not in ("127.0.0.1", "localhost"):
        url = url.set(password=None)  # somebody's own server: the report may be seen by others
    return url.render_as_string(hide_password=False)


def pytest_sessionfinish(session: pytest.Session) -> None:
    kept = session.config.stash[KEPT]
    if kept:
        stay(kept)


def stay(names: list[str]) -> None:
    """Let a process use the server while a database of these names is on it."""
    subprocess.run([sys.executable, keeper.__file__, *names], stdin=subprocess.DEVNULL)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [r for found in terminalreporter.stats.values() for r in found]
    kept = [
        text
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "teardown"
        for name, text in report.user_properties
        if name == PROPERTY
    ]
    if kept:
        terminalreporter.section("databases kept")
        for text in kept:
            terminalreporter.write_line(str(text))
        terminalreporter.write_line(
            "The first command reads what a test wrote, the second drops it. A server that was "
            f"started for the tests ends {keeper.LONGEST // 3600} hours from now at the latest."
        )
