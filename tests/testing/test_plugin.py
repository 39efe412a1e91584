"""The plugin's fixtures, each seen from a small project that uses it."""

import asyncpg  # noqa: F401  # what a project run in this process imports must be there before it
import psycopg  # noqa: F401
import pytest
import sqlalchemy.dialects.postgresql  # noqa: F401

import shop.models  # noqa: F401

INI = """
[pytest]
asyncio_mode = auto
asyncio_default_fixture_loop_scope = session
asyncio_default_test_loop_scope = session
addopts = -p nomocks.testing.plugin -p no:randomly -p no:xdist
"""
IMPORTS = """
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from shop.models import User

async def users(session):
    return await session.scalar(select(func.count()).select_from(User))
"""


@pytest.fixture
def run(pytester: pytest.Pytester):  # type: ignore[no-untyped-def]
    def run(tests: str, *arguments: str) -> pytest.RunResult:
        pytester.makeini(INI)
        pytester.makepyfile(IMPORTS + tests)
        return pytester.runpytest_inprocess(*arguments)

    return run


def test_what_a_test_commits_is_gone_in_the_next_one(run) -> None:
    run(
        """
async def test_first(session):
    session.add(User(email="ada@example.org", name="Ada"))
    await session.commit()
    assert await users(session) == 1

async def test_second(session):
    assert await users(session) == 0
"""
    ).assert_outcomes(passed=2)


def test_a_rollback_in_the_code_under_test_undoes_only_what_came_after_its_commit(run) -> None:
    run(
        """
async def test_it(session):
    session.add(User(email="ada@example.org", name="Ada"))
    await session.commit()
    session.add(User(email="ada@example.org", name="Another"))
    with pytest.raises(IntegrityError):
        await session.commit()
    await session.rollback()
    assert await users(session) == 1
"""
    ).assert_outcomes(passed=1)


def test_a_module_replaces_the_tables_by_a_fixture_of_its_own(run) -> None:
    run(
        """
from sqlalchemy import Column, Integer, MetaData, Table

@pytest.fixture(scope="session")
def metadata():
    metadata = MetaData()
    Table("only_here", metadata, Column("id", Integer, primary_key=True))
    return metadata

async def test_it(session):
    names = await session.scalars(
        text("select table_name from information_schema.tables where table_schema = 'public'")
    )
    assert list(names) == ["only_here"]
"""
    ).assert_outcomes(passed=1)


def test_the_ddl_of_a_variant_holds_for_one_test_only(run) -> None:
    run(
        """
class WithoutUnique:
    statements = ("ALTER TABLE users DROP CONSTRAINT uq_users_email",)

@pytest.fixture
def variant(request):
    return WithoutUnique() if "changed" in request.node.name else None

async def two_with_one_email(session):
    session.add_all([User(email="ada@example.org", name=name) for name in ("Ada", "Eve")])
    await session.flush()

async def test_changed(session):
    await two_with_one_email(session)

async def test_as_it_is(session):
    with pytest.raises(IntegrityError):
        await two_with_one_email(session)
"""
    ).assert_outcomes(passed=2)


def test_sync_tests_stand_beside_async_ones(run) -> None:
    run(
        """
def test_sync(server):
    assert server.major >= 17

async def test_async(engine):
    async with engine.connect() as connection:
        assert await connection.scalar(text("select 1")) == 1
"""
    ).assert_outcomes(passed=2)


def test_each_process_has_a_database_of_its_own(pytester: pytest.Pytester) -> None:
    pytester.makeini(INI.replace("-p no:xdist", ""))
    pytester.makepyfile(
        """
import os
from pathlib import Path
import pytest

@pytest.mark.parametrize("number", range(4))
async def test_it(database, number):
    Path(f"{os.environ['PYTEST_XDIST_WORKER']}-{number}.name").write_text(database.name)
"""
    )
    pytester.runpytest_subprocess("-n", "2").assert_outcomes(passed=4)
    seen = {path.name.split("-")[0]: path.read_text() for path in pytester.path.glob("*.name")}
    assert len(seen) == len(set(seen.values())) == 2


def test_the_report_names_the_server_where_a_test_needs_it(pytester: pytest.Pytester) -> None:
    pytester.makeini(INI)
    pytester.makepyfile(test_without="def test_it(): pass", test_with="def test_it(server): pass")
    line = "database: PostgreSQL * isolation delete"
    arguments = ("--isolation", "delete")
    pytester.runpytest_inprocess(*arguments, "test_with.py").stdout.fnmatch_lines([line])
    pytester.runpytest_inprocess(*arguments, "test_without.py").stdout.no_fnmatch_line(line)
    workers = pytester.runpytest_subprocess(*arguments, "-p", "xdist", "-n", "1")
    workers.stdout.fnmatch_lines([f"{line}, a database for each worker"])


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        ("nowhere:Base.metadata", "No module named 'nowhere'"),
        ("shop.models:Bose.metadata", "has no attribute 'Bose'"),
        ("shop.models:User", "that is a DeclarativeAttributeIntercept"),
        ("shop.models", "has no attribute ''"),
        (":", "Empty module name"),
    ],
)
def test_metadata_that_is_not_there_is_told_in_one_sentence(
    pytester: pytest.Pytester, setting: str, why: str
) -> None:
    pytester.makeini(f"{INI}\nnomocks_metadata = {setting}")
    pytester.makepyfile("def test_it(metadata):\n    pass\n")
    result = pytester.runpytest_inprocess("-p", "no:xdist")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*nomocks_metadata is '{setting}', which names no MetaData*"])
    assert why in result.stdout.str()
    result.stdout.no_fnmatch_line("*During handling*")


@pytest.mark.parametrize("ini", ["", "asyncio_default_test_loop_scope = module"])
def test_another_event_loop_than_the_engine_s_is_told_in_one_sentence(
    pytester: pytest.Pytester, ini: str
) -> None:
    lines = INI.replace("asyncio_default_test_loop_scope = session", ini)
    pytester.makeini(lines)
    pytester.makepyfile("async def test_it(session):\n    pass\n")
    result = pytester.runpytest_inprocess("-p", "no:xdist")
    result.assert_outcomes(errors=1)
    scope = "module" if ini else "function"
    result.stdout.fnmatch_lines([f"*event loop of scope {scope}*asyncio_default_test_loop_scope*"])


def test_a_server_that_can_not_be_had_is_told_in_one_sentence(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOMOCKS_POSTGRES", "bogus")
    pytester.makeini(INI)
    pytester.makepyfile("async def test_it(session):\n    pass\n")
    result = pytester.runpytest_subprocess("-p", "no:xdist")
    result.assert_outcomes(errors=1)
    said = {line for line in result.outlines if line.startswith("NOMOCKS_POSTGRES is 'bogus'")}
    assert len(said) == 1, said  # at the top, and of the test
    result.stdout.no_fnmatch_line("*Traceback*")
