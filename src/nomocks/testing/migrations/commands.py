"""Alembic's commands, run so that an async ``env.py`` works wherever the test itself runs."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from alembic.runtime.migration import MigrationContext
from pytest_alembic.executor import CommandExecutor, MigrationFn
from sqlalchemy import Engine, text
from sqlalchemy.ext.asyncio import AsyncEngine

from nomocks.testing.migrations.running import NotThisDatabase

P = ParamSpec("P")
T = TypeVar("T")


class CommandsInThread(CommandExecutor):
    """Each command in a thread of its own.

    An async ``env.py`` calls ``asyncio.run``, which can't be inside a loop that runs already.
    """

    def aim_at(self, engine: AsyncEngine | Engine) -> None:
        """Let ``env.py`` connect to the engine's database. Raises NotThisDatabase if it does not.

        It may take ``config.attributes["connection"]``, or else ``sqlalchemy.url``.
        """
        url = engine.url.render_as_string(hide_password=False)
        self.alembic_config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
        self.configure(connection=engine)

        def look(_: object, context: MigrationContext) -> list[Any]:
            assert context.connection is not None
            found = context.connection.scalar(text("SELECT current_database()"))
            if found != engine.url.database:
                raise NotThisDatabase(
                    f'env.py connects to "{found}", not to the test\'s own database: let it use '
                    'config.attributes["connection"] where that is set.'
                )
            return []

        self._run_env(look)  # without a revision, it changes nothing

    def execute_fn(self, fn: MigrationFn) -> None:
        in_own_thread(super().execute_fn, fn)

    def run_command(self, command: str, *args: Any, **kwargs: Any) -> list[str]:
        return in_own_thread(super().run_command, command, *args, **kwargs)

    def _run_env(self, fn: MigrationFn, revision: str | None = None) -> None:
        in_own_thread(super()._run_env, fn, revision)


def in_own_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function where no event loop runs, and wait for it."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function, *args, **kwargs).result()
