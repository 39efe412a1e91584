"""Where the migrations are, and how they run in tests.

Alembic takes a tenth of a second to import, and most tests never ask for it: so it is imported
inside the functions.
"""

import configparser
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, cast

from sqlalchemy import URL, Engine, NullPool, create_engine
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from nomocks.postgres import Server
from nomocks.postgres.connection import async_url, sync_url

if TYPE_CHECKING:
    from alembic.config import Config
    from pytest_alembic import MigrationContext
    from pytest_alembic.config import Config as RunnerConfig

LOCK_TIMEOUT = "5s"  # where Alembic's own settings name none


class MigrationsNotFound(ValueError):
    """The setting ``nomocks_alembic`` leads to no migrations."""


class NotThisDatabase(RuntimeError):
    """``env.py`` connects to another database than the test's: nothing was migrated."""


def find_config(setting: str, root: Path) -> "Config":
    """The settings of Alembic: an ``alembic.ini``, or a folder or package that holds one.

    A path is relative to `root`. Raises MigrationsNotFound.
    """
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    place = root / setting
    if not place.exists():
        place = _folder_of_package(setting)
    if place.is_dir():
        place /= "alembic.ini"
    if not place.is_file():
        raise MigrationsNotFound(
            f'nomocks_alembic is "{setting}", and there is no {place}: name an alembic.ini, or a '
            "folder or package that holds one."
        )
    config = Config(place)
    try:
        ScriptDirectory.from_config(config)
    except CommandError as error:
        raise MigrationsNotFound(
            f"{place} leads to no migrations ({str(error).rstrip('.')}): "
            "correct its script_location."
        ) from None
    except configparser.Error as error:
        raise MigrationsNotFound(
            f"{place} can't be read ({' '.join(str(error).split())}): correct it."
        ) from None
    return config


def migrating_engine(url: URL, config: object = None) -> AsyncEngine:
    """An engine for ``env.py``, whose statements wait for a lock no longer than `config` says."""
    from alembic.config import Config

    limit = LOCK_TIMEOUT
    if isinstance(config, Config):
        limit = config.get_main_option("lock_timeout", LOCK_TIMEOUT)
    return create_async_engine(
        async_url(url),
        poolclass=NullPool,  # each revision runs in an event loop of its own
        connect_args={"server_settings": {"lock_timeout": limit}},
    )


def runner_on(
    engine: AsyncEngine | Engine, config: "Config | RunnerConfig | dict[str, object]"
) -> "MigrationContext":
    """A runner of pytest-alembic that works inside event loops too.

    `config` is what pytest-alembic takes. Raises NotThisDatabase when ``env.py`` goes elsewhere.
    """
    from pytest_alembic import MigrationContext
    from pytest_alembic.config import Config as RunnerConfig
    from pytest_alembic.executor import ConnectionExecutor

    from nomocks.testing.migrations.commands import CommandsInThread

    parsed = RunnerConfig.from_raw_config(config)
    commands = cast(CommandsInThread, CommandsInThread.from_config(parsed))
    commands.aim_at(engine)
    rows = (
        create_engine(sync_url(engine.url), poolclass=NullPool)
        if isinstance(engine, AsyncEngine)
        else engine
    )
    return MigrationContext.from_config(parsed, commands, ConnectionExecutor(rows))


def template_of_migrations(server: Server, config: "Config", revision: str = "heads") -> str:
    """The name of a template database that the migrations made, up to a revision.

    It is built on the server at first use, and anew when a file of the migrations has changed.
    """
    from alembic.script import ScriptDirectory

    def build(url: URL) -> None:
        runner_on(migrating_engine(url, config), config).command_executor.upgrade(revision)

    files = sorted(Path(ScriptDirectory.from_config(config).dir).rglob("*.py"))
    if config.config_file_name is not None:
        files.append(Path(config.config_file_name))
    texts = [file.read_text("utf-8") for file in files]
    return server.template("\0".join(("migrations", revision, *texts)), build)


def _folder_of_package(name: str) -> Path:
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        spec = None
    if spec is None or not spec.submodule_search_locations:
        raise MigrationsNotFound(
            f'nomocks_alembic is "{name}", and there is no file, folder or package of that name.'
        )
    return Path(spec.submodule_search_locations[0])
