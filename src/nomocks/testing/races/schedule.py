"""Which participant of a race goes on, how far, and what it waits for.

A participant runs only while it is told to, and stops at its next step otherwise. Whether it waits
for a lock is asked of the server. Here is what races of tasks and of threads have in common.
"""

import time
from collections.abc import Generator
from types import TracebackType
from typing import Any, Self

import psycopg
from sqlalchemy import URL

from nomocks.postgres.connection import connect, scalar, sync_url
from nomocks.testing.races.moments import Did, Moment
from nomocks.testing.races.participants import Participant, RaceError, State, Until
from nomocks.testing.races.points import COMMIT, Point

POLL = 0.005  # seconds between two looks at what the server says
SECONDS = 5.0  # in which a participant must get to where it is let go
Waiting = Generator[Any]  # each time for an event, or a moment at most
# Whom each waits for; a process that is no participant's is given by its number.
Blockers = dict[Participant, list[Participant | int]]


class Schedule:
    """The participants of a race, and a connection to ask the server who waits for whom."""

    def __init__(self, url: URL, seconds: float) -> None:
        self.seconds = seconds
        self.began = time.monotonic()
        self.participants: dict[str, Participant] = {}
        self.moments: list[Moment] = []
        self.is_over = False
        self.control: psycopg.Connection[Any] = connect(sync_url(url))
        self.may_set_deadlock_timeout = bool(
            scalar(self.control, "SELECT usesuper FROM pg_user WHERE usename = current_user")
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None
    ) -> None:
        """Close the connection, and tell what participants raised that nobody has heard of."""
        self.control.close()
        unheard = [one for one in self.participants.values() if one.error and not one.is_heard]
        if error:
            for one in unheard:
                error.add_note(f"In this race {one}.")
        elif unheard:
            unheard[0].outcome()

    def add(self, name: str, participant: Participant) -> None:
        if name in self.participants:
            raise RaceError(f'The name "{name}" is taken in this race: give this one another.')
        self.participants[name] = participant

    def note(self, participant: Participant, did: Did, what: str) -> None:
        """Write down what it does, with the time since the race began."""
        if not self.is_over:
            seconds = time.monotonic() - self.began
            self.moments.append(Moment(seconds, participant.name, did, what))

    def advance(self, participant: Participant, goal: Point | Until) -> Waiting:
        """Let it go that far. Raises RaceError when it can't get there, or not in time."""
        deadline = time.monotonic() + self.seconds
        if participant.state is not State.ENDED:
            participant.let_go(goal)
        while participant.state is State.RUNNING:
            yield participant.news
            if participant.state is not State.RUNNING:
                break
            # Looked up first: a thread may come to be held while the server answers.
            held = {one for one in self.participants.values() if one.state is State.HELD}
            blockers = self._blockers()
            if goal is Until.BLOCKED and blockers.get(participant):
                self.note(participant, Did.WAITS, participant.statement or "")
                participant.let_go(Until.NEXT_STEP)
                return
            if _is_stuck(participant, blockers, held):
                raise self._missed(participant, goal, "", blockers)
            if time.monotonic() > deadline:
                raise self._missed(participant, goal, f" within {self.seconds:g} s", blockers)
        if participant.state is State.ENDED and goal is not Until.END:
            participant.is_heard = True
            raise self._missed(participant, goal, "", {}) from participant.error

    def end(self) -> Waiting:
        """End all that still run, at their next step; statements in hand are cancelled."""
        self.is_over = True
        for participant in self.participants.values():
            participant.news.clear()
            participant.go_on.set()
        deadline = time.monotonic() + self.seconds
        while running := self._not_ended():
            if time.monotonic() > deadline:
                return
            for participant in running:
                if participant.statement not in (None, COMMIT):
                    self.control.execute("SELECT pg_cancel_backend(%s)", [participant.pid])
            yield running[0].news

    def _not_ended(self) -> list[Participant]:
        return [one for one in self.participants.values() if one.state is not State.ENDED]

    def _blockers(self) -> Blockers:
        of_pid = {one.pid: one for one in self._not_ended() if one.pid}
        waiting = [pid for pid, one in of_pid.items() if one.state is State.RUNNING]
        rows = self.control.execute(
            "SELECT pid, pg_blocking_pids(pid) FROM unnest(%s::int[]) AS pid", [waiting]
        )
        return {of_pid[pid]: [of_pid.get(one, one) for one in pids] for pid, pids in rows if pids}

    def _missed(
        self,
        participant: Participant,
        goal: Point | Until,
        within: str,
        blockers: Blockers,
    ) -> RaceError:
        place = str(goal) if isinstance(goal, Point) else goal.value
        others = [one for one in self.participants.values() if one is not participant]
        where = "; ".join(_where(one, blockers) for one in [participant, *others])
        return RaceError(f"{participant.name} did not come to {place}{within}: {where}.")


def _is_stuck(participant: Participant, blockers: Blockers, held: set[Participant]) -> bool:
    """Whether it waits for one that is held, or in a circle that nobody breaks."""
    seen: set[Participant] = set()
    reached = [participant]
    while reached:
        for one in blockers.get(reached.pop(), []):
            if isinstance(one, Participant) and one not in seen:
                seen.add(one)
                reached.append(one)
    is_circle = participant in seen and all(one.ignores_deadlock for one in seen)
    return is_circle or not seen.isdisjoint(held)


def _where(participant: Participant, blockers: Blockers) -> str:
    names = [
        one.name
        if isinstance(one, Participant)
        else f"a connection outside the race (process {one})"
        for one in blockers.get(participant, [])
    ]
    return f"{participant}, and waits for {' and '.join(names)}" if names else str(participant)


def no_connection_for_each() -> RaceError:
    return RaceError(
        "A race needs a connection for each participant, and this session or connection is one for "
        'all: mark the test @pytest.mark.isolation("delete") and pass `engine` or `sessions`.'
    )
