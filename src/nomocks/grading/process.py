"""The parent's side of a forked test process: asks, waits, believes nothing it did not ask for."""

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from nomocks.grading.children import Child, ProcessEnded
from nomocks.grading.forks import Fork, running_zygote
from nomocks.mutation.assignment import AssignmentError
from nomocks.mutation.matrix import Observation, Outcome, together
from nomocks.mutation.over_variants import LONGEST_DETAIL
from nomocks.mutation.source import CellModule
from nomocks.mutation.variants import Planted
from nomocks.postgres import Database, PostgresError

COLLECTING = 20.0  # seconds that importing the cell may take
GRACE = 3.0  # seconds beyond a test's own limit, after which its process is killed
LONGEST_REPORT = 64 * 1024  # bytes of it that are shown
DAY = 86400.0  # seconds, more than any test takes; NaN is not less
MOST_CASES = 1000  # of one parametrized test
MOST_TIMES = 10  # all its cases may take so many times as one


class CollectionError(ValueError):
    """Why no test of a cell can be run, as one sentence."""


def time_limit() -> float:
    """Seconds that one test may take: ``$NOMOCKS_TEST_TIMEOUT``, or 10.

    Raises AssignmentError when that is no number.
    """
    setting = os.environ.get("NOMOCKS_TEST_TIMEOUT", "10")
    try:
        return float(setting)
    except ValueError:
        raise AssignmentError(
            f"NOMOCKS_TEST_TIMEOUT is {setting!r}: set it to a number of seconds, or not at all."
        ) from None


@dataclass(frozen=True)
class Seen:
    """What a run has shown: of the schema and the code as they are, also what the test calls."""

    observation: Observation
    called: frozenset[str] = frozenset()


class TestRun:
    """A process that has collected the tests of a cell, to be asked for one run after another."""

    __test__ = False

    def __init__(
        self,
        module: CellModule,
        variants: Sequence[Planted],
        functions: tuple[str, ...] = (),
        lends: bool = False,
    ) -> None:
        """``functions`` are those whose calls are to be told.

        With ``lends``, tests that want a database of their own are lent one, as they can't make it
        by themselves.
        """
        self._lends = lends
        self._lend: Callable[[], Database] | None = None
        self._module = module
        self._variants = tuple(variants)
        self._functions = functions
        self._seconds = time_limit()
        self._child: Child | None = None
        self._closed = False

    def start(self, fork: Fork) -> None:
        """Give a process the tests, which it begins to collect."""
        self._child = Child(
            fork,
            self._module,
            self._seconds,
            self._variants,
            self._functions,
            lends=self._lends,
        )
        if self._closed:  # meanwhile, by another thread
            self._child.kill()

    def open(self, database: Database, lend: Callable[[], Database] | None = None) -> None:
        """Wait until the process has collected, and give it a database. Raises CollectionError.

        ``lend`` makes one more, or raises PostgresError.
        """
        self._lend = lend or self._lend
        self.collected = self._collected()
        self._running.ask(_url(database))

    def close(self) -> None:
        """End the process; what is being asked of it fails."""
        self._closed = True
        if self._child:
            self._child.kill()

    def observe(self, test: str, variant: int) -> Seen:
        """Run a test on a variant. One that hangs or ends its process leaves the run ``ended``.

        Raises ProcessEnded when it was closed meanwhile.
        """
        if test not in self.collected:
            return Seen(Observation(Outcome.ERROR, "pytest does not collect it"))
        try:
            self._running.ask([test, variant])
            return self._seen()
        except ProcessEnded as ended:
            if self._closed:
                raise
            self._running.kill()
            return Seen(Observation(ended.outcome))

    @property
    def ended(self) -> bool:
        """Whether the process is no more: start another."""
        return self._running.killed

    @property
    def _running(self) -> "Child":
        if self._child is None:
            raise RuntimeError("the process was not started: call open() first")
        return self._child

    def _collected(self) -> tuple[str, ...]:
        try:
            message = self._running.answer(COLLECTING)
        except ProcessEnded as ended:
            raise CollectionError(
                f'The cell of "{self._module.task}" {_how(ended.outcome)} before its first test: '
                "leave only imports, fixtures and tests in it."
            ) from None
        found = message.get("collected")
        if not isinstance(found, list):
            reason = _printable(str(message.get("broken", "pytest found no test in it")))
            raise CollectionError(
                f'The cell of "{self._module.task}" can\'t be imported ({reason}): '
                "correct it, and run it again."
            )
        return tuple(test for test in self._module.tests if test in found)

    def _seen(self) -> Seen:
        cases: list[Observation] = []
        until = time.monotonic() + MOST_TIMES * self._seconds
        while len(cases) <= MOST_CASES:
            left = max(until - time.monotonic(), 0)
            message = self._running.answer(min(self._seconds + GRACE, left))
            if message.get("lend") is True and self._lend:
                self._running.ask(_lent(self._lend))
                continue
            if message.get("done") is True and cases:
                return Seen(together(cases), _names(message.get("called")))
            cases.append(_observation(message))
        raise ProcessEnded(Outcome.CRASHED)


def run_once(module: CellModule, database: Database) -> tuple[str, Outcome]:
    """Run a cell's tests as they are, and give pytest's report.

    The outcome is that of the run: PASSED when pytest has ended by itself, SKIPPED when it then
    had found no test.
    """
    seconds = time_limit()
    with tempfile.NamedTemporaryFile(prefix="nomocks-report-") as report:
        process = Child(running_zygote().fork(), module, seconds, report=Path(report.name))
        try:
            process.ask(_url(database))
            message = process.answer(COLLECTING)
            while "end" not in message:
                message = process.answer(seconds + GRACE)
            empty = message["end"] == pytest.ExitCode.NO_TESTS_COLLECTED
            outcome = Outcome.SKIPPED if empty else Outcome.PASSED
        except ProcessEnded as ended:
            outcome = ended.outcome
        finally:
            process.kill()
        text = report.read(LONGEST_REPORT).decode(errors="replace")
        return text, outcome


def _url(database: Database) -> str:
    return database.sync_url.render_as_string(hide_password=False)


def _lent(lend: Callable[[], Database]) -> str:
    """The URL of one more database; none, if there are no more."""
    try:
        return _url(lend())
    except PostgresError:
        return ""


def _names(value: object) -> frozenset[str]:
    return (
        frozenset(name for name in value if isinstance(name, str))
        if isinstance(value, list)
        else frozenset()
    )


def _observation(message: dict[str, Any]) -> Observation:
    try:
        outcome = Outcome(message["outcome"])
        detail, seconds = message["detail"], message["seconds"]
    except (KeyError, ValueError):
        raise ProcessEnded(Outcome.CRASHED) from None
    if not isinstance(detail, str) or not isinstance(seconds, float) or not 0 <= seconds < DAY:
        raise ProcessEnded(Outcome.CRASHED)
    return Observation(outcome, _printable(detail), seconds)


def _printable(text: str) -> str:
    """One line without control codes, which a terminal would obey."""
    short = text[:LONGEST_DETAIL]
    return "".join(letter if letter.isprintable() else " " for letter in short)


def _how(outcome: Outcome) -> str:
    return "did not come to an end" if outcome is Outcome.TIMEOUT else "ended its process"
