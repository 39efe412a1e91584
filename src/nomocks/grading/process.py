"""The parent's side of a forked test process: asks, waits, believes nothing it did not ask for."""

import contextlib
import json
import multiprocessing
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator, Sequence
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import pytest

from nomocks.grading import child
from nomocks.mutation.assignment import AssignmentError
from nomocks.mutation.matrix import Observation, Outcome, together
from nomocks.mutation.over_variants import LONGEST_DETAIL
from nomocks.mutation.source import CellModule
from nomocks.mutation.variants import Planted
from nomocks.postgres import Database

FORKSERVER = multiprocessing.get_context("forkserver")
COLLECTING = 20.0  # seconds that importing the cell may take
GRACE = 3.0  # seconds beyond a test's own limit, after which its process is killed
LONGEST_MESSAGE = 64 * 1024
LONGEST_REPORT = 64 * 1024  # bytes of it that are shown
MOST_CASES = 1000  # of one parametrized test


class CollectionError(ValueError):
    """Why no test of a cell can be run, as one sentence."""


class ProcessEnded(RuntimeError):
    """The process of the tests ended, or was killed because it hung."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


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


def warm_up() -> None:
    """Start, in the background, the process that test runs are forked from, if none runs."""
    FORKSERVER.set_forkserver_preload(["nomocks.testing.uninterrupted", "nomocks.grading.warm"])
    forkserver.ensure_running()


class TestRun:
    """A process that has collected the tests of a cell, to be asked for one run after another."""

    __test__ = False

    def __init__(self, module: CellModule, database: Database, variants: Sequence[Planted]) -> None:
        self._module = module
        self._database = database
        self._variants = tuple(variants)
        self._seconds = time_limit()
        self._child: Child | None = None
        self._closed = False

    def open(self) -> None:
        """Start the process and wait until it has collected. Raises CollectionError."""
        self._child = Child(self._module, self._database, self._seconds, self._variants)
        if self._closed:  # meanwhile, by another thread
            self._child.kill()
        self.collected = self._collected()

    def close(self) -> None:
        """End the process; what is being asked of it fails, and no other is started."""
        self._closed = True
        if self._child:
            self._child.kill()

    def observe(self, test: str, variant: int) -> Observation:
        """Run a test on a variant. A process that hangs or dies is replaced by a new one."""
        if test not in self.collected:
            return Observation(Outcome.ERROR, "pytest does not collect it")
        try:
            self._running.ask([test, variant])
            return together(list(self._cases()))
        except ProcessEnded as ended:
            if self._closed:
                raise
            self._running.kill()
            self.open()
            return Observation(ended.outcome)

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

    def _cases(self) -> Iterator[Observation]:
        for number in range(MOST_CASES + 1):
            message = self._running.answer(self._seconds + GRACE)
            if message.get("done") is True and number:
                return
            yield _observation(message)
        raise ProcessEnded(Outcome.CRASHED)


class Child:
    """A forked process and the pipe to it."""

    def __init__(
        self,
        module: CellModule,
        database: Database,
        seconds: float,
        variants: tuple[Planted, ...] = (),
        report: Path | None = None,
    ) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="nomocks-task-")).resolve()
        for name, text in (*module.beside.items(), (module.task, module.text)):
            (self._folder / f"{name}.py").write_text(text)
        job = child.Job(
            file=str(self._folder / f"{module.task}.py"),
            cell=str(self._folder / f"{module.cell}.py"),
            database=database.sync_url.render_as_string(hide_password=False),
            seconds=seconds,
            variants=variants,
            statements=module.statements,
            report=str(report) if report else None,
        )
        warm_up()
        self._pipe, theirs = FORKSERVER.Pipe()
        self._process: ForkServerProcess = FORKSERVER.Process(
            target=child.run, args=(theirs, job), daemon=True
        )
        self._process.start()
        theirs.close()

    def ask(self, request: list[Any]) -> None:
        """Send a request. Raises ProcessEnded if nobody is there."""
        try:
            self._pipe.send_bytes(json.dumps(request).encode())
        except OSError:
            raise ProcessEnded(Outcome.CRASHED) from None

    def answer(self, seconds: float) -> dict[str, Any]:
        """The next message. Raises ProcessEnded when none comes in time, or it is no message."""
        try:
            if not self._pipe.poll(seconds):
                raise ProcessEnded(Outcome.TIMEOUT)
            message = json.loads(self._pipe.recv_bytes(LONGEST_MESSAGE))
        except (OSError, EOFError, ValueError, RecursionError):
            raise ProcessEnded(Outcome.CRASHED) from None
        if not isinstance(message, dict):
            raise ProcessEnded(Outcome.CRASHED)
        return message

    def kill(self) -> None:
        """End the process, and all that it started in its session."""
        if self._process.pid is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.join()
        self._pipe.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def run_once(module: CellModule, database: Database) -> tuple[str, Outcome]:
    """Run a cell's tests as they are, and give pytest's report.

    The outcome is that of the run: PASSED when pytest has ended by itself, SKIPPED when it then
    had found no test.
    """
    seconds = time_limit()
    with tempfile.NamedTemporaryFile(prefix="nomocks-report-") as report:
        process = Child(module, database, seconds, report=Path(report.name))
        try:
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


def _observation(message: dict[str, Any]) -> Observation:
    try:
        outcome = Outcome(message["outcome"])
        detail, seconds = message["detail"], message["seconds"]
    except (KeyError, ValueError):
        raise ProcessEnded(Outcome.CRASHED) from None
    if not isinstance(detail, str) or not isinstance(seconds, float | int):
        raise ProcessEnded(Outcome.CRASHED)
    return Observation(outcome, _printable(detail), float(seconds))


def _printable(text: str) -> str:
    """One line without control codes, which a terminal would obey."""
    short = text[:LONGEST_DETAIL]
    return "".join(letter if letter.isprintable() else " " for letter in short)


def _how(outcome: Outcome) -> str:
    return "did not come to an end" if outcome is Outcome.TIMEOUT else "ended its process"
