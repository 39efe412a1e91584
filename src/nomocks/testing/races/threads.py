"""Races of threads; `tasks` says what each function does."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from nomocks.testing.races.events import announced, current
from nomocks.testing.races.moments import Moment
from nomocks.testing.races.participants import Participant, Until, require_function
from nomocks.testing.races.points import Point
from nomocks.testing.races.schedule import (
    POLL,
    SECONDS,
    Schedule,
    Waiting,
    no_connection_for_each,
)

T = TypeVar("T")


class ThreadRacer(Participant, Generic[T]):
    """A participant that is a thread; as `TaskRacer`, without the ``await``."""

    go_on: threading.Event
    news: threading.Event

    def __init__(self, name: str, schedule: Schedule, function: Callable[[], T]) -> None:
        super().__init__(name, schedule, threading.Event)
        self.thread = threading.Thread(target=self._run, args=[function], name=name, daemon=True)
        self.thread.start()

    def until(self, point: Point) -> None:
        _thread_waits(self.schedule.advance(self, point))

    def until_blocked(self) -> None:
        _thread_waits(self.schedule.advance(self, Until.BLOCKED))

    def finish(self) -> T:
        _thread_waits(self.schedule.advance(self, Until.END))
        result: T = self.outcome()
        return result

    def _run(self, function: Callable[[], T]) -> None:
        current.set(self)
        error = None
        try:
            self.go_on.wait()
            self.require_race()
            self.result = function()
        except BaseException as raised:
            error = raised
        self.end(error)

    def hold(self) -> None:
        self.go_on.wait()


class ThreadRace:
    """What `thread_race` gives: starts participants, each held before its first statement."""

    def __init__(self, schedule: Schedule, engine: Engine, sessions: sessionmaker[Session]) -> None:
        self.schedule, self.engine, self.sessions = schedule, engine, sessions
        self.moments: list[Moment] = schedule.moments  # what has happened so far

    def start(
        self, name: str, function: Callable[[Session], T], *, isolation_level: str | None = None
    ) -> ThreadRacer[T]:
        require_function(name, function)
        options = {"isolation_level": isolation_level} if isolation_level else {}
        engine = self.engine.execution_options(**options)

        def run() -> T:
            with self.sessions(bind=engine) as session:
                result = function(session)
                session.commit()
            return result

        return ThreadRacer(name, self.schedule, run)


@contextmanager
def thread_race(
    source: Engine | sessionmaker[Session], *, seconds: float = SECONDS
) -> Iterator[ThreadRace]:
    """As `race`, with a thread for each participant."""
    sessions = source if isinstance(source, sessionmaker) else sessionmaker(source)
    engine = sessions.kw["bind"]
    if not isinstance(engine, Engine):
        raise no_connection_for_each()
    with Schedule(engine.url, seconds) as schedule, announced(engine, schedule):
        try:
            yield ThreadRace(schedule, engine, sessions)
        finally:
            _thread_waits(schedule.end())


def _thread_waits(waiting: Waiting) -> None:
    for news in waiting:
        news.wait(POLL)
