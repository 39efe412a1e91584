"""One who takes part in a race: where it is, how far it is let go, and what became of it."""

import threading
from asyncio import CancelledError
from collections.abc import Callable, Coroutine
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

from nomocks.testing.races.points import Point, Step, shortened

if TYPE_CHECKING:
    from nomocks.testing.races.schedule import Schedule

QUERY_CANCELED = "57014"  # what a statement raises that `pg_cancel_backend` has ended


class RaceError(Exception):
    """The schedule can't happen; says where each participant is, and what it waits for."""


class RaceOver(BaseException):
    """Ends a participant at its next step; no ``except Exception`` under test stops it."""


class State(Enum):
    READY = "has not begun"
    RUNNING = "runs"
    HELD = "is held"
    ENDED = "has ended"


class Until(Enum):
    """How far a participant is let go, besides a point."""

    END = "its end"
    BLOCKED = "a lock that it must wait for"
    NEXT_STEP = "its next step"


class Signal(Protocol):
    """An ``asyncio.Event`` or a ``threading.Event``, but for the waiting."""

    def set(self) -> None: ...
    def clear(self) -> None: ...


class Participant:
    """A function that runs in steps, as a task or as a thread: a subclass starts it."""

    def __init__(self, name: str, schedule: "Schedule", signal: Callable[[], Signal]) -> None:
        schedule.add(name, self)
        self.name = name
        self.schedule = schedule
        self.state = State.READY
        self.goal: Point | Until = Until.NEXT_STEP
        self.matched = 0
        self.step: Step | None = None  # the last one it came to
        self.statement: str | None = None  # that the server has in hand
        self.pid = 0  # of the connection that it used last
        self.ignores_deadlock = False
        self.result: Any = None
        self.error: BaseException | None = None
        self.is_heard = False
        self.go_on, self.news = signal(), signal()
        self._changing = threading.Lock()

    def __str__(self) -> str:
        if self.error:
            reason = str(getattr(self.error, "orig", None) or self.error).partition("\n")[0]
            return f"{self.name} raised {type(self.error).__name__} ({reason})"
        if self.state is State.HELD:
            return f"{self.name} is held {self.step}"
        if self.statement:
            return f"{self.name} executes {shortened(self.statement)}"
        return f"{self.name} {self.state.value}"

    def hold(self) -> None:
        """Wait for `go_on`, from inside SQLAlchemy's events."""
        raise NotImplementedError

    def arrive(self, step: Step) -> None:
        """Hold here, if it must. Raises RaceOver once the race is over."""
        if not self.schedule.is_over and self.must_hold(step):
            self.hold()
        self.require_race()

    def require_race(self) -> None:
        """Raises RaceOver once the race is over."""
        if self.schedule.is_over:
            raise RaceOver

    def must_hold(self, step: Step) -> bool:
        with self._changing:
            self.step = step
            if isinstance(self.goal, Point):
                self.matched += self.goal.matches(step)
                holds = self.matched == self.goal.nth
            else:
                holds = self.goal is Until.NEXT_STEP
            if holds:
                self.go_on.clear()
                self.state = State.HELD
                self.news.set()
        return holds

    def let_go(self, goal: Point | Until) -> None:
        with self._changing:
            self.goal, self.matched = goal, 0
            self.news.clear()
            if self.state in (State.READY, State.HELD):
                self.state = State.RUNNING
                self.go_on.set()

    def end(self, error: BaseException | None) -> None:
        self.error = None if self.schedule.is_over and _by_the_end(error) else error
        self.statement = None
        self.state = State.ENDED
        self.news.set()

    def outcome(self) -> Any:
        """What the function returned. Raises what it raised."""
        if self.error:
            self.is_heard = True
            raise self.error
        return self.result


def require_function(name: str, function: object) -> None:
    """Raises RaceError for what can't be called, as a coroutine that was made already."""
    if callable(function):
        return
    if isinstance(function, Coroutine):
        function.close()  # else Python complains about it in a later test
    raise RaceError(
        f"{name} is to run a function of a session, and was given {function!r}: write "
        f'start("{name}", lambda session: ...).'
    )


def _by_the_end(error: BaseException | None) -> bool:
    """Whether it was raised, or something before it, because the race is over."""
    while error:
        is_cancelled = getattr(getattr(error, "orig", None), "sqlstate", None) == QUERY_CANCELED
        if is_cancelled or isinstance(error, RaceOver | CancelledError):
            return True
        error = error.__cause__ or error.__context__
    return False
