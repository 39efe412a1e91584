"""How Alembic is told of the shop's database, on the command line and from Python."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine
from sqlalchemy.ext.asyncio import create_async_engine

from nomocks.postgres import Database
from nomocks.testing.migrations import Schema, schema_of

ROOT = Path(__file__).parents[3]
FOLDER = "src/shop/migrations"


def schema_at(url: URL) -> Schema:
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return schema_of(connection)


@pytest.fixture(scope="module")
def head(migrated_database: Database) -> Schema:
    return schema_at(migrated_database.sync_url)


def alembic(
    *arguments: str, url: str | None = None, folder: str | Path = FOLDER
) -> subprocess.CompletedProcess[str]:
    """The command of the book, from the root of the repository."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-m", "alembic", "-c", f"{folder}/alembic.ini", *arguments],
        cwd=ROOT,
        env=environment | ({"DATABASE_URL": url} if url else {}),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("driver", ["postgresql", "postgresql+psycopg", "postgresql+asyncpg"])
def test_the_command_line_migrates_the_database_of_the_variable_whatever_its_driver(
    alembic_database: Database, head: Schema, driver: str
) -> None:
    url = alembic_database.url.set(drivername=driver).render_as_string(hide_password=False)
    done = alembic("upgrade", "head", url=url)
    assert done.returncode == 0, done.stderr
    assert "Running upgrade  -> 0001_users, The shop has users" in done.stderr
    assert schema_at(alembic_database.sync_url) == head


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        (None, "No database is named: set DATABASE_URL to its URL."),
        ("localhost/shop", "The URL names no PostgreSQL database: write it as postgresql://"),
        ("sqlite:///shop.db", "The URL names no PostgreSQL database: write it as postgresql://"),
    ],
)
def test_without_a_database_the_command_line_says_so_in_one_sentence(
    url: str | None, complaint: str
) -> None:
    done = alembic("upgrade", "head", url=url)
    assert done.returncode != 0
    assert complaint in done.stdout
    assert "Traceback" not in done.stderr


def run_script(url: URL, script: str) -> None:
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        for statement in script.split(";\n"):
            connection.execute(statement.encode())


def test_the_scripts_for_an_administrator_make_the_same_tables_and_remove_them(
    alembic_database: Database, head: Schema
) -> None:
    before = schema_at(alembic_database.sync_url)
    run_script(alembic_database.sync_url, alembic("upgrade", "head", "--sql").stdout)
    assert schema_at(alembic_database.sync_url) == head
    run_script(alembic_database.sync_url, alembic("downgrade", "head:base", "--sql").stdout)
    left = schema_at(alembic_database.sync_url).keys() - before.keys()
    assert {thing.owner for thing in left} == {"alembic_version"}


def test_statements_wait_for_a_lock_for_seconds_and_the_concurrent_index_as_long_as_it_takes() -> (
    None
):
    script = alembic("upgrade", "head", "--sql").stdout
    assert script.startswith("SET lock_timeout = '5s';")
    steps = ["SET lock_timeout = 0;", "CREATE INDEX CONCURRENTLY", "RESET lock_timeout;"]
    assert sorted(steps, key=script.index) == steps


def test_a_new_revision_comes_in_the_style_of_the_others(
    tmp_path: Path, migrated_database: Database
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(ROOT / FOLDER, folder)
    url = migrated_database.url.render_as_string(hide_password=False)
    name = "9999_parcels"
    done = alembic(
        *("revision", "--autogenerate", "--rev-id", name, "-m", "Parcels have numbers"),
        url=url,
        folder=folder,
    )
    assert done.returncode == 0, done.stderr
    written = (folder / "versions" / f"{name}.py").read_text("utf-8")
    assert written.startswith('"""Parcels have numbers."""\n')
    head = ScriptDirectory(str(ROOT / FOLDER)).get_current_head()
    assert f'down_revision = "{head}"' in written
    assert written.count("    pass\n") == 2
    formatted = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--line-length", "100", "-"],
        input=written,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert formatted == written


@pytest.fixture
def config(monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return Config(ROOT / FOLDER / "alembic.ini")


@pytest.mark.parametrize("given", ["url", "text", "engine", "async engine", "connection"])
def test_a_program_hands_over_an_address_an_engine_or_a_connection(
    config: Config, alembic_database: Database, head: Schema, given: str
) -> None:
    engine = create_engine(alembic_database.sync_url, poolclass=NullPool)
    match given:
        case "url":
            config.attributes["url"] = alembic_database.url
        case "text":
            config.attributes["url"] = alembic_database.url.render_as_string(hide_password=False)
        case "engine":
            config.attributes["connection"] = engine
        case "async engine":
            config.attributes["connection"] = create_async_engine(
                alembic_database.url, poolclass=NullPool
            )
    if given == "connection":
        upgrade(engine, config)
    else:
        command.upgrade(config, "head")
    assert schema_at(alembic_database.sync_url) == head


def upgrade(engine: Engine, config: Config) -> None:
    with engine.connect() as config.attributes["connection"]:
        command.upgrade(config, "head")


async def test_inside_an_event_loop_a_connection_migrates_by_run_sync(
    config: Config, alembic_database: Database, head: Schema
) -> None:
    def upgrade(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    engine = create_async_engine(alembic_database.url, poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(upgrade)
    assert schema_at(alembic_database.sync_url) == head
