"""Races of tasks."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, suppress
from contextvars import copy_context
from typing import Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker
from sqlalchemy.util import await_

from nomocks.testing.races.events import announced, current
from nomocks.testing.races.moments import Did, Moment
from nomocks.testing.races.participants import Participant, Until, require_function
from nomocks.testing.races.points import Point, Step
from nomocks.testing.races.schedule import (
    POLL,
    SECONDS,
    Schedule,
    Waiting,
    no_connection_for_each,
)

T = TypeVar("T")


class TaskRacer(Participant, Generic[T]):
    """A participant that is a task."""

    go_on: asyncio.Event
    news: asyncio.Event

    def __init__(self, name: str, schedule: Schedule, function: Callable[[], Awaitable[T]]) -> None:
        super().__init__(name, schedule, asyncio.Event)
        context = copy_context()
        context.run(current.set, self)
        self.task = asyncio.create_task(self._run(function), name=name, context=context)

    async def until(self, point: Point) -> None:
        """Go on, to this point. Raises RaceError if it does not get there."""
        await _task_waits(self.schedule.advance(self, point))

    async def until_blocked(self) -> None:
        """Go on, until it waits for a lock. Raises RaceError if it does not have to."""
        await _task_waits(self.schedule.advance(self, Until.BLOCKED))

    async def finish(self) -> T:
        """Go on to the end, and return what the function returns. Raises what it raises."""
        await _task_waits(self.schedule.advance(self, Until.END))
        result: T = self.outcome()
        return result

    async def _run(self, function: Callable[[], Awaitable[T]]) -> None:
        error = None
        try:
            await self.go_on.wait()
            self.require_race()
            self.result = await function()
        except BaseException as raised:
            error = raised
        self.end(error)

    def hold(self) -> None:
        await_(self.go_on.wait())

    async def reach(self, step: Step) -> None:
        self.require_race()
        self.schedule.note(self, Did.SAYS, step.what)
        if self.must_hold(step):
            await self.go_on.wait()
            self.require_race()


class TaskRace:
    """What `race` gives: starts participants, each held before its first statement."""

    def __init__(
        self, schedule: Schedule, engine: AsyncEngine, sessions: async_sessionmaker[AsyncSession]
    ) -> None:
        self.schedule, self.engine, self.sessions = schedule, engine, sessions
        self.moments: list[Moment] = schedule.moments  # what has happened so far
        self.tasks: list[asyncio.Task[None]] = []

    def start(
        self,
        name: str,
        function: Callable[[AsyncSession], Awaitable[T]],
        *,
        isolation_level: str | None = None,
    ) -> TaskRacer[T]:
        """A participant; its session is committed when the function has returned.

        A function that takes ``sessions`` makes its own, on the engine of the race.
        """
        require_function(name, function)
        options = {"isolation_level": isolation_level} if isolation_level else {}
        engine = self.engine.execution_options(**options)

        async def run() -> T:
            async with self.sessions(bind=engine) as session:
                result = await function(session)
                await session.commit()
            return result

        racer = TaskRacer(name, self.schedule, run)
        self.tasks.append(racer.task)
        return racer


@asynccontextmanager
async def race(
    source: AsyncEngine | async_sessionmaker[AsyncSession], *, seconds: float = SECONDS
) -> AsyncIterator[TaskRace]:
    """A race on this engine, or on that of these sessions. Its participants end with it.

    `seconds` bounds each `until`, `until_blocked` and `finish`.
    """
    sessions = source if isinstance(source, async_sessionmaker) else async_sessionmaker(source)
    engine = sessions.kw["bind"]
    if not isinstance(engine, AsyncEngine):
        raise no_connection_for_each()
    with Schedule(engine.url, seconds) as schedule, announced(engine.sync_engine, schedule):
        run = TaskRace(schedule, engine, sessions)
        try:
            yield run
        finally:
            await _task_waits(schedule.end())
            for task in run.tasks:
                task.cancel()
            await asyncio.gather(*run.tasks, return_exceptions=True)


async def _task_waits(waiting: Waiting) -> None:
    for news in waiting:
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL):
                await news.wait()


class _Reached:
    """Can be awaited, and need not be."""

    def __await__(self) -> Generator[None]:
        yield from ()


def point(name: str) -> Awaitable[None]:
    """A point in a participant's own code, for `until(at(name))`; nothing outside of a race.

    ``await point(name)`` in a task, ``point(name)`` in a thread.
    """
    one = current.get()
    if isinstance(one, TaskRacer):
        return one.reach(Step("at", name))
    if one:
        one.schedule.note(one, Did.SAYS, name)
        one.arrive(Step("at", name))
    return _Reached()
