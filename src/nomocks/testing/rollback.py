"""The isolation `rollback`: an outer transaction around all that a test does."""

import asyncio
import contextlib
import warnings
from collections.abc import AsyncIterator
from functools import partial

from sqlalchemy import Connection
from sqlalchemy.exc import SAWarning, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from nomocks.postgres import PostgresError
from nomocks.testing import keeping
from nomocks.testing.isolation import Isolation
from nomocks.testing.overlap import Turn
from nomocks.testing.tasks import end_tasks


@contextlib.asynccontextmanager
async def rolled_back(
    engine: AsyncEngine, isolation: Isolation, ddl: tuple[str, ...]
) -> AsyncIterator[AsyncConnection]:
    """A connection inside a transaction that is rolled back, with all that the test did in it.

    The DDL of a variant runs inside the same transaction, so it goes the same way.
    """
    isolation.running = asyncio.all_tasks()
    connection = engine.connect()
    try:
        await connection.start()
    except OSError as error:
        raise PostgresError(
            f"The server of the database {engine.url.database} can't be reached any more "
            f"({error}): run the tests again."
        ) from None
    async with contextlib.aclosing(connection):
        isolation.expected += 1
        transaction = await connection.begin()
        for statement in ddl:
            await connection.exec_driver_sql(statement)
        yield connection
        await end_tasks(isolation)
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
