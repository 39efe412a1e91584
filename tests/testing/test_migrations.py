"""The checks of migrations, on histories with a fault, in files and in a notebook."""

from collections.abc import Callable
from pathlib import Path

import asyncpg  # noqa: F401  # what a project run in this process imports must be there before it
import psycopg  # noqa: F401
import pytest
from alembic import command
from alembic.config import Config
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from pytest_alembic import MigrationContext
from sqlalchemy import CheckConstraint, Connection, MetaData, NullPool, create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine

from nomocks.postgres import Database, Server
from nomocks.testing.migrations import (
    MigrationsNotFound,
    NotThisDatabase,
    drift,
    find_config,
    round_trip,
    runner_on,
    stairway,
    template_of_migrations,
)

ROOT = Path(__file__).parents[2]
REVISION = """
from alembic import op

revision = {revision!r}
down_revision = {down_revision!r}


def upgrade():
    op.execute({up!r})


def downgrade():
    op.execute({down!r})
"""
TABLE_A = ("CREATE TABLE a (id int)", "DROP TABLE a")
Write = Callable[..., Config]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A folder of migrations as ``alembic init`` makes it, with a revision for each (up, down)."""

    def write(*revisions: tuple[str, str], template: str = "async") -> Config:
        config = Config(tmp_path / "alembic.ini")
        command.init(config, str(tmp_path / "migrations"), template=template)
        env = tmp_path / "migrations" / "env.py"
        # It would change the logging of this process.
        env.write_text(env.read_text().replace("fileConfig(config.config_file_name)", "pass"))
        below = None
        for number, (up, down) in enumerate(revisions, start=1):
            script = REVISION.format(revision=f"r{number}", down_revision=below, up=up, down=down)
            (tmp_path / "migrations" / "versions" / f"r{number}.py").write_text(script)
            below = f"r{number}"
        return Config(tmp_path / "alembic.ini")

    return write


class TestHistories:
    """What the checks say of histories that someone wrote in a hurry."""

    @pytest.fixture
    def alembic_config(self, write: Write, request: pytest.FixtureRequest) -> Config:
        return write(*request.param)

    @pytest.mark.parametrize("check", [stairway, round_trip])
    @pytest.mark.parametrize("alembic_config", [[TABLE_A, TABLE_A[::-1]]], indirect=True)
    def test_a_history_that_comes_back_is_fine(
        self, alembic_runner: MigrationContext, check: Callable[[MigrationContext], list[str]]
    ) -> None:
        assert check(alembic_runner) == []

    @pytest.mark.parametrize(
        ("alembic_config", "sentence"),
        [
            (
                [TABLE_A, ("CREATE TYPE mood AS ENUM ('sad')", "SELECT 1")],
                "mood: the type is in what its downgrade leaves, not in the schema before r2",
            ),
            (
                [TABLE_A, ("ALTER TABLE a ADD CHECK (id > 0)", "ALTER TABLE a ADD CHECK (id > 1)")],
                "a: CHECK a_id_check is in what its downgrade leaves, not in the schema before r2",
            ),
            (
                [TABLE_A, ("ALTER TABLE a ALTER id SET DEFAULT 1", "DROP TABLE a")],
                "a: the table is in the schema before r2, not in what its downgrade leaves",
            ),
        ],
        indirect=["alembic_config"],
    )
    def test_a_downgrade_that_does_not_restore_what_was_is_named(
        self, alembic_runner: MigrationContext, sentence: str
    ) -> None:
        assert sentence in stairway(alembic_runner)

    @pytest.mark.parametrize(
        "alembic_config",
        [[TABLE_A, ("CREATE TYPE mood AS ENUM ('sad')", "SELECT 1")]],
        indirect=True,
    )
    def test_what_the_way_back_to_base_leaves_is_named(
        self, alembic_runner: MigrationContext
    ) -> None:
        assert round_trip(alembic_runner) == [
            "mood: the type is in what the way back leaves, not in the schema at base"
        ]

    @pytest.mark.parametrize(
        "alembic_config",
        [
            [
                ("CREATE SEQUENCE runs", "DROP SEQUENCE runs"),
                (
                    "DO $$ BEGIN EXECUTE 'CREATE TABLE t' || nextval('runs') || '()'; END $$",
                    "DO $$ BEGIN EXECUTE (SELECT 'DROP TABLE t' || last_value FROM runs); END $$",
                ),
            ]
        ],
        indirect=True,
    )
    def test_a_second_upgrade_that_makes_something_else_is_named(
        self, alembic_runner: MigrationContext
    ) -> None:
        assert stairway(alembic_runner) == [
            "t1: the table is in the schema after r2, not in a second upgrade to it",
            "t2: the table is in a second upgrade to it, not in the schema after r2",
        ]


def test_what_only_the_models_have_is_named(
    alembic_runner: MigrationContext, metadata: MetaData
) -> None:
    changed = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.sorted_tables:
        table.to_metadata(changed)
    changed.tables["orders"].append_constraint(CheckConstraint("version > 0", "version_positive"))
    assert drift(alembic_runner, changed) == [
        "orders: CHECK ck_orders_version_positive is in the models, not in the migrations"
    ]


class TestTemplates:
    """Databases that the migrations made."""

    def test_a_template_is_built_once_and_anew_when_a_revision_changes(
        self, server: Server, write: Write
    ) -> None:
        config = write(TABLE_A)
        first = template_of_migrations(server, config)
        assert template_of_migrations(server, config) == first
        revision = Path(str(config.get_main_option("script_location"))) / "versions" / "r1.py"
        revision.write_text(revision.read_text().replace("id int", "id bigint"))
        second = template_of_migrations(server, config)
        assert second != first
        assert (column_type(server, first), column_type(server, second)) == ("integer", "bigint")

    def test_a_template_stops_at_a_revision(self, server: Server, write: Write) -> None:
        config = write(TABLE_A, ("ALTER TABLE a ALTER id TYPE bigint", "SELECT 1"))
        assert column_type(server, template_of_migrations(server, config, "r1")) == "integer"

    @pytest.fixture
    def alembic_database(self, server: Server, alembic_config: Config):  # type: ignore[no-untyped-def]
        template = template_of_migrations(server, alembic_config, "0005_tag_lists")
        with server.create_database("migrations", template) as database:
            yield database

    def test_a_test_may_begin_at_a_revision(
        self, alembic_runner: MigrationContext, alembic_connection: Connection
    ) -> None:
        assert alembic_runner.current == "0005_tag_lists"
        alembic_runner.insert_into("users", {"email": "a@b.org", "name": "A", "is_admin": True})
        alembic_runner.migrate_up_one()
        assert alembic_connection.scalar(text("SELECT role::text FROM users")) == "admin"


def column_type(server: Server, template: str) -> object:
    with server.create_database(template=template) as database:
        engine = create_engine(database.sync_url, poolclass=NullPool)
        with engine.connect() as connection:
            return connection.scalar(
                text(
                    "SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
                    " WHERE attrelid = to_regclass('a') AND attname = 'id'"
                )
            )


class TestEnvironments:
    """Files ``env.py`` as people have them."""

    def test_alembics_own_async_one_works_by_the_url_in_its_settings(
        self, write: Write, alembic_database: Database
    ) -> None:
        engine = create_async_engine(alembic_database.url, poolclass=NullPool)
        assert runner_on(engine, write(TABLE_A)).migrate_up_to("heads") == "r1"
        assert sorted(tables(alembic_database)) == ["a", "alembic_version"]

    def test_a_sync_one_works_with_a_sync_engine(
        self, write: Write, alembic_database: Database
    ) -> None:
        engine = create_engine(alembic_database.sync_url, poolclass=NullPool)
        runner = runner_on(engine, write(TABLE_A, template="generic"))
        assert runner.migrate_up_to("heads") == "r1"

    def test_one_that_goes_elsewhere_is_stopped_before_it_changes_anything(
        self, server: Server, write: Write, alembic_database: Database
    ) -> None:
        config = write(TABLE_A)
        env = Path(str(config.get_main_option("script_location"))) / "env.py"
        with server.create_database("elsewhere") as other:
            url = other.url.render_as_string(hide_password=False)
            env.write_text(
                env.read_text().replace(
                    "    connectable = async_engine_from_config(",
                    f"    config.set_main_option('sqlalchemy.url', {url.replace('%', '%%')!r})\n"
                    "    connectable = async_engine_from_config(",
                )
            )
            engine = create_async_engine(alembic_database.url, poolclass=NullPool)
            with pytest.raises(NotThisDatabase, match=f'connects to "{other.name}", not to'):
                runner_on(engine, config)
            assert tables(other) == []


def tables(database: Database) -> list[str]:
    engine = create_engine(database.sync_url, poolclass=NullPool)
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT relname FROM pg_stat_user_tables")))


class TestSettings:
    """What ``nomocks_alembic`` may name."""

    @pytest.mark.parametrize(
        "setting",
        ["shop.migrations", "src/shop/migrations", "src/shop/migrations/alembic.ini"],
    )
    def test_a_package_a_folder_and_a_file_lead_to_the_same_migrations(self, setting: str) -> None:
        found = find_config(setting, ROOT).config_file_name
        assert found is not None
        assert Path(found).samefile(ROOT / "src/shop/migrations/alembic.ini")

    @pytest.mark.parametrize(
        ("setting", "sentence"),
        [
            ("shop.migrating", "there is no file, folder or package of that name"),
            ("migrating/alembic.ini", "there is no file, folder or package of that name"),
            ("", "name an alembic.ini, or a folder or package that holds one"),
            ("json", "name an alembic.ini, or a folder or package that holds one"),
            ("empty", "name an alembic.ini, or a folder or package that holds one"),
            ("broken.ini", "correct its script_location"),
            ("nowhere.ini", "correct its script_location"),
            ("text.ini", "can't be read"),
        ],
    )
    def test_a_setting_that_leads_nowhere_says_so_in_one_sentence(
        self, tmp_path: Path, setting: str, sentence: str
    ) -> None:
        (tmp_path / "empty").mkdir()
        (tmp_path / "broken.ini").write_text("[alembic]\n")
        (tmp_path / "nowhere.ini").write_text("[alembic]\nscript_location = %(here)s/gone\n")
        (tmp_path / "text.ini").write_text("What is this?\n")
        with pytest.raises(MigrationsNotFound, match=sentence) as refusal:
            find_config(setting, tmp_path)
        assert str(refusal.value).endswith(".")
        assert "\n" not in str(refusal.value)


INI = """
[pytest]
asyncio_mode = auto
asyncio_default_fixture_loop_scope = session
asyncio_default_test_loop_scope = session
addopts = -p nomocks.testing.plugin -p nomocks.testing.migrations -p no:randomly -p no:xdist
filterwarnings = error
"""
# Each kind of test meets the others in one event loop.
TESTS = """
import pytest
from pytest_alembic.tests import test_single_head_revision
from sqlalchemy import select, text
from nomocks.testing.migrations import drift, stairway

def test_drift(alembic_runner, metadata):
    assert drift(alembic_runner, metadata) == []

async def test_before(session):
    assert await session.scalar(text("SELECT 1")) == 1

async def test_inside_a_loop(alembic_runner, alembic_engine, session):
    alembic_runner.migrate_up_before("0006_user_roles")
    alembic_runner.insert_into("users", {"email": "a@b.org", "name": "A", "is_admin": True})
    alembic_runner.migrate_up_one()
    users = alembic_runner.table_at_revision("users")
    async with alembic_engine.connect() as connection:
        assert await connection.scalar(select(users.c.role)) == "admin"
    assert await session.scalar(text("SELECT 1")) == 1

async def test_after(session):
    assert await session.scalar(text("SELECT 1")) == 1
"""
MIGRATED = """
from sqlalchemy import text

import pytest

@pytest.fixture(scope="session")
def database(migrated_database):
    return migrated_database

async def test_a_suite_on_migrations(session):
    found = await session.scalar(text("SELECT version_num FROM alembic_version"))
    assert found == "0012_returns"
"""


class TestProjects:
    """The fixtures, as a small project uses them."""

    @pytest.fixture
    def run(self, pytester: pytest.Pytester) -> Callable[..., pytest.RunResult]:
        def run(tests: str, *arguments: str) -> pytest.RunResult:
            pytester.makeini(INI)
            pytester.makepyfile(tests)
            return pytester.runpytest_inprocess(*arguments)

        return run

    def test_sync_and_async_tests_migrate_beside_one_another(self, run) -> None:  # type: ignore[no-untyped-def]
        run(TESTS).assert_outcomes(passed=5)

    def test_a_suite_runs_on_a_database_that_the_migrations_made(self, run) -> None:  # type: ignore[no-untyped-def]
        run(MIGRATED).assert_outcomes(passed=1)

    def test_a_project_with_a_conftest_in_its_tests_is_collected(self, run, pytester) -> None:  # type: ignore[no-untyped-def]
        pytester.mkdir("tests").joinpath("conftest.py").touch()
        run("def test_it(): pass").assert_outcomes(passed=1)

    def test_a_wrong_setting_fails_the_test_by_a_sentence(self, run) -> None:  # type: ignore[no-untyped-def]
        result = run(TESTS, "-o", "nomocks_alembic=shop.gone", "-k", "drift")
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(['nomocks_alembic is "shop.gone", and there is no file*'])
        result.stdout.no_fnmatch_line("*MigrationsNotFound*")
        result.stdout.no_fnmatch_line("*another exception*")


def test_a_cell_of_a_notebook_migrates_in_sync_and_async_tests(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", "nomocks-forked")
    cells = ["%load_ext nomocks.testing", "%%ipytest -p nomocks.testing.migrations\n" + TESTS]
    notebook = new_notebook(cells=[new_code_cell(source) for source in cells])
    NotebookClient(notebook, kernel_name="python3", timeout=60).execute()
    shown = "".join(output.get("text", "") for output in notebook.cells[1].outputs)
    assert "5 passed" in shown
