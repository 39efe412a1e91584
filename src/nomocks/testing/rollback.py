"""The isolation `rollback`: an outer transaction around all that a test does."""

import asyncio
import contextlib
import warnings
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SAWarning, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from nomocks.testing import keeping
from nomocks.testing.isolation import Isolation
from nomocks.testing.overlap import Turn

CANCEL_LIMIT = 2.0  # seconds


@contextlib.asynccontextmanager
async def rolled_back(
    engine: AsyncEngine, isolation: Isolation, ddl: tuple[str, ...]
) -> AsyncIterator[AsyncConnection]:
    """A connection inside a transaction that is rolled back, with all that the test did in it.

    The DDL of a variant runs inside the same transaction, so it goes the same way.
    """
    running = asyncio.all_tasks()
    async with engine.connect() as connection:
        isolation.expected += 1
        transaction = await connection.begin()
        for statement in ddl:
            await connection.exec_driver_sql(statement)
        yield connection
        await _cancel(asyncio.all_tasks() - running, isolation)
        if isolation.turns:
            await _end(isolation.turns, connection, isolation)
        if not transaction.is_active:
            isolation.expected -= 1  # the test itself has ended it: there may be rows to look for
            return
        if isolation.keeps:
            reason = await keeping.keep_transaction(connection)
            if reason:
                isolation.problems.append(f"The rows can't be kept, their COMMIT failed: {reason}")
        await transaction.rollback()


async def _cancel(tasks: set[asyncio.Task[Any]], isolation: Isolation) -> None:
    """End what would go on, in later tests, with a connection that is theirs by then."""
    tasks = {task for task in tasks if not _runs_tests(task)}
    if tasks:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=CANCEL_LIMIT)
        names = ", ".join(
            sorted(getattr(task.get_coro(), "__qualname__", task.get_name()) for task in tasks)
        )
        isolation.problems.append(f"The test left tasks running ({names}): await them all.")


def _runs_tests(task: asyncio.Task[Any]) -> bool:
    code = getattr(task.get_coro(), "cr_code", None)
    of_anyio = code is not None and code.co_filename.endswith("_backends/_asyncio.py")
    return of_anyio or task is asyncio.current_task()


async def _end(turns: list[Turn], connection: AsyncConnection, isolation: Isolation) -> None:
    isolation.problems.append(
        f"The test left a session open, begun at {turns[0].place}: use it with `async with`."
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # on savepoints that went with others
        for turn in turns[:]:
            with contextlib.suppress(SQLAlchemyError):
                await connection.run_sync(partial(_close, turn))


def _close(turn: Turn, _connection: Connection) -> None:
    turn.session.close()
