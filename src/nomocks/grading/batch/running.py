"""Several threads that grade, each with a worker of its own, and one that keeps what they see."""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import Queue

from nomocks.grading.batch.errors import BatchError
from nomocks.grading.batch.plan import Job, Wanted
from nomocks.grading.batch.records import Kept
from nomocks.grading.batch.workers import Worker, Workplace
from nomocks.grading.inert import one_line
from nomocks.grading.result import Observed, State
from nomocks.mutation.assignment import Assignment, AssignmentError

log = logging.getLogger(__name__)
AHEAD = 2  # jobs for each thread that are being done or wait for it


@dataclass(frozen=True)
class Done:
    """What was seen of a submission; of a part of its tasks when the batch was stopped."""

    job: Job
    tasks: tuple[Kept, ...]


@dataclass(frozen=True)
class Batch:
    """Submissions of one assignment, graded by ``workers`` threads until ``stop`` is set."""

    assignment: Assignment
    workplace: Workplace
    workers: int
    unsafe: bool
    stop: threading.Event

    def run(self, jobs: Iterator[Job], keep: Callable[[Done], None]) -> None:
        """Do the jobs, and call ``keep`` in this thread with what was seen in each.

        What ``keep`` raises, and a worker that can't be had at all (BatchError), ends the batch;
        what is being graded then comes to its end.
        """
        waiting: Queue[Job | None] = Queue()
        seen: Queue[Done | Exception] = Queue()
        threads = [
            threading.Thread(target=self._work, args=(waiting, seen)) for _ in range(self.workers)
        ]
        for thread in threads:
            thread.start()
        try:
            self._feed(jobs, waiting, seen, keep)
        except BaseException:
            self.stop.set()
            raise
        finally:
            for _ in threads:
                waiting.put(None)
            for thread in threads:
                thread.join()

    def _feed(
        self,
        jobs: Iterator[Job],
        waiting: Queue[Job | None],
        seen: Queue[Done | Exception],
        keep: Callable[[Done], None],
    ) -> None:
        under_way, more = 0, True
        while more or under_way:
            while more and under_way < AHEAD * self.workers:
                job = None if self.stop.is_set() else next(jobs, None)
                more = job is not None
                if job:
                    waiting.put(job)
                    under_way += 1
            if under_way:
                answer = seen.get()
                under_way -= 1
                if isinstance(answer, Exception):
                    raise answer
                keep(answer)

    def _work(self, waiting: Queue[Job | None], seen: Queue[Done | Exception]) -> None:
        with Post(self.assignment, self.workplace) as post:
            while job := waiting.get():
                try:
                    seen.put(Done(job, tuple(self._seen(post, job))))
                except Exception as error:
                    seen.put(error)

    def _seen(self, post: "Post", job: Job) -> Iterator[Kept]:
        for wanted in job.tasks:
            if self.stop.is_set():
                return
            observed = post.observe(wanted)
            yield Kept(wanted.task, wanted.key, wanted.seed, self.unsafe, observed)


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
        """End the worker, whatever state it is in."""
        worker, self._worker = self._worker, None
        if worker:
            with contextlib.suppress(Exception):
                worker.__exit__(None, None, None)

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
            return worker.observe(self._assignment, wanted.task, cell, wanted.seed)
        except (AssignmentError, BatchError):
            raise
        except Exception as error:  # whatever becomes of a worker: the next one is a new one
            log.warning("A worker ended: %s", one_line(f"{type(error).__name__}: {error}"))
            return Observed(
                State.NOT_GRADED,
                f"What graded this task ended by itself ({type(error).__name__}), so it was not "
                "graded: grade it again with --resume.",
            )

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
