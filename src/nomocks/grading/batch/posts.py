"""The worker that a thread keeps, and what is seen of a submission with it."""

import contextlib
import logging
import threading
from collections.abc import Iterator

from nomocks.grading.batch.errors import BatchError
from nomocks.grading.batch.plan import Job, Wanted
from nomocks.grading.batch.records import Kept
from nomocks.grading.batch.workers import Worker, Workplace
from nomocks.grading.inert import one_line
from nomocks.grading.result import Observed, State
from nomocks.mutation.assignment import Assignment, AssignmentError

log = logging.getLogger(__name__)


class Post:
    """The worker that a thread keeps, opened when first needed, and replaced when it fails."""

    def __init__(self, assignment: Assignment, workplace: Workplace) -> None:
        self._assignment = assignment
        self._workplace = workplace
        self._worker: Worker | None = None
        self._had_one = False

    def __enter__(self) -> "Post":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the worker, whatever state it is in; another is opened when one is needed."""
        worker, self._worker = self._worker, None
        if worker:
            with contextlib.suppress(Exception):
                worker.__exit__(None, None, None)

    def look(self, job: Job, stop: threading.Event) -> Iterator[Kept]:
        """What is seen of each task, until ``stop`` is set. Raises what `observe` does."""
        for wanted in job.tasks:
            if stop.is_set():
                return
            yield kept(wanted, self._workplace.unsafe, self.observe(wanted))

    def observe(self, wanted: Wanted) -> Observed:
        """What is seen of a task: when the first worker can't grade it, by a second one.

        Raises BatchError when no worker was ever had, AssignmentError when there is no such task.
        """
        if wanted.cell is None:
            return Observed(
                State.MISSING,
                f'The notebook has no cell with the id "{wanted.task}": start again from the '
                "released notebook, and copy your tests into it.",
            )
        first = self._tried(wanted, wanted.cell)
        if first.state is not State.NOT_GRADED:
            return first
        self.close()
        second = self._tried(wanted, wanted.cell)
        if second.state is State.NOT_GRADED:
            self.close()
        return second

    def _tried(self, wanted: Wanted, cell: str) -> Observed:
        try:
            worker = self._opened()
            return worker.observe(self._assignment, wanted.task, cell, wanted.seed, wanted.known)
        except (AssignmentError, BatchError):
            raise
        except Exception as error:  # whatever becomes of a worker: the next one is a new one
            log.warning("A worker ended: %s", one_line(f"{type(error).__name__}: {error}"))
            return ended_by_itself(error)

    def _opened(self) -> Worker:
        if self._worker is None:
            try:
                self._worker = self._workplace.open().__enter__()
            except Exception as error:
                if self._had_one:
                    raise
                raise BatchError(f"No worker can be had to grade with: {error}") from error
            self._had_one = True
        return self._worker


def kept(wanted: Wanted, unsafe: bool, observed: Observed) -> Kept:
    """What the store is given of a task."""
    return Kept(wanted.task, wanted.key, wanted.seed, unsafe, observed, wanted.variants)


def ended_by_itself(error: Exception) -> Observed:
    """What is said of a task when nothing was seen of it, as its worker is gone."""
    return Observed(
        State.NOT_GRADED,
        f"What graded this task ended by itself ({type(error).__name__}), so it was not "
        "graded: grade it again with --resume.",
    )
