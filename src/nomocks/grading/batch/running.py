"""Jobs are given to whoever grades, a few ahead, and what they see is kept in one thread."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from queue import Queue
from typing import Protocol, Self

from nomocks.grading.batch.plan import Job
from nomocks.grading.batch.records import Kept
from nomocks.grading.batch.threads import Seen, Threads
from nomocks.grading.batch.workers import Workplace
from nomocks.mutation.assignment import Assignment

AHEAD = 2  # jobs for each thread that are being done or wait for it


@dataclass(frozen=True)
class Done:
    """What was seen of a submission; of a part of its tasks when the batch was stopped."""

    job: Job
    tasks: tuple[Kept, ...]


Keep = Callable[[Done], None]


class Graders(Protocol):
    """Whoever grades, here or elsewhere. One thread calls all of this."""

    def room(self) -> int:
        """How many jobs may be under way now; at least one."""

    def give(self, job: Job) -> None:
        """Have a job done."""

    def take(self) -> Done:
        """Wait for one of the jobs that were given, each once. Raises what ends the batch."""


class Batch(Protocol):
    """A context manager; within it, submissions of one assignment can be graded."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def run(self, jobs: Iterator[Job], keep: Keep) -> None:
        """Do the jobs until it is stopped, and call ``keep`` in this thread with what was seen.

        What ``keep`` raises, and a worker that can't be had at all (BatchError), ends the batch;
        what is being graded then comes to its end.
        """


@dataclass(frozen=True)
class LocalBatch(AbstractContextManager["LocalBatch"]):
    """A batch that ``workers`` threads of this process grade until ``stop`` is set."""

    assignment: Assignment
    workplace: Workplace
    workers: int
    stop: threading.Event

    def __exit__(self, *_: object) -> None:
        """There is nothing to end: the threads end with each run."""

    def run(self, jobs: Iterator[Job], keep: Keep) -> None:
        """See `Batch`."""
        with Threads(self.assignment, self.workplace, self.workers, self.stop) as threads:
            feed(_Local(threads, self.workers), jobs, keep, self.stop)


class _Local:
    def __init__(self, threads: Threads, count: int) -> None:
        self._threads = threads
        self._room = AHEAD * count
        self._done: Queue[tuple[Job, Future[Seen]]] = Queue()

    def room(self) -> int:
        return self._room

    def give(self, job: Job) -> None:
        self._threads.submit(job).add_done_callback(lambda seen: self._done.put((job, seen)))

    def take(self) -> Done:
        job, seen = self._done.get()
        return Done(job, seen.result())


def feed(graders: Graders, jobs: Iterator[Job], keep: Keep, stop: threading.Event) -> None:
    """Give the jobs, no more at a time than there is room for, and keep what comes of them."""
    try:
        under_way, more = 0, True
        while more or under_way:
            while more and under_way < graders.room():
                job = None if stop.is_set() else next(jobs, None)
                more = job is not None
                if job:
                    graders.give(job)
                    under_way += 1
            if under_way:
                done = graders.take()
                under_way -= 1
                keep(done)
    except BaseException:
        stop.set()
        raise
