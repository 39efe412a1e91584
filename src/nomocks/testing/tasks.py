"""Tasks that a test starts and does not wait for."""

import asyncio
from typing import Any

from nomocks.testing.callers import LIBRARIES
from nomocks.testing.isolation import Isolation

CANCEL_LIMIT = 2.0  # seconds


async def end_tasks(isolation: Isolation) -> None:
    """End what would go on, in later tests, with what is theirs by then; and say so."""
    left = {task for task in asyncio.all_tasks() - isolation.running if not _runs_tests(task)}
    if not left:
        return
    for task in left:
        task.cancel()
    await asyncio.wait(left, timeout=CANCEL_LIMIT)
    for task in left:
        if task.done() and not task.cancelled():
            task.exception()  # it has been looked at, so asyncio does not complain of it later
    of_yours = {task for task in left if not _file_of(task).startswith(LIBRARIES)}
    names = ", ".join(sorted({_name_of(task) for task in of_yours or left}))
    isolation.problems.append(f"The test left tasks running ({names}): await them all.")


def _runs_tests(task: asyncio.Task[Any]) -> bool:
    of_anyio = _file_of(task).endswith("_backends/_asyncio.py")
    return of_anyio or task is asyncio.current_task()


def _name_of(task: asyncio.Task[Any]) -> str:
    return getattr(task.get_coro(), "__qualname__", task.get_name())


def _file_of(task: asyncio.Task[Any]) -> str:
    code = getattr(task.get_coro(), "cr_code", None)
    return code.co_filename if code else ""
