"""Several threads that grade, each with a worker of its own."""

import threading
import time
from concurrent.futures import Future
from queue import Empty, Queue
from typing import Self

from nomocks.grading.batch.plan import Job
from nomocks.grading.batch.posts import Post
from nomocks.grading.batch.records import Kept
from nomocks.grading.batch.workers import Workplace
from nomocks.mutation.assignment import Assignment

Seen = tuple[Kept, ...]


class Threads:
    """A context manager that starts them, and lets them end what they do.

    They begin no further task once ``stop`` is set. A thread without a job for ``idle`` seconds
    ends its worker, and opens another for the next job. ``patience`` is how long to wait, in
    seconds, for all to end.
    """

    def __init__(
        self,
        assignment: Assignment,
        workplace: Workplace,
        count: int,
        stop: threading.Event,
        idle: float | None = None,
        patience: float | None = None,
    ) -> None:
        self._assignment = assignment
        self._workplace = workplace
        self._stop = stop
        self._idle = idle
        self._patience = patience
        self._waiting: Queue[tuple[Job, Future[Seen]] | None] = Queue()
        # Nothing waits for one that does not end in time when its process does.
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(count)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for _thread in self._threads:
            self._waiting.put(None)
        until = None if self._patience is None else time.monotonic() + self._patience
        for thread in self._threads:
            thread.join(None if until is None else max(0.0, until - time.monotonic()))

    def submit(self, job: Job) -> Future[Seen]:
        """Have one of them do it, and give what it sees: of a part of the tasks when stopped."""
        seen: Future[Seen] = Future()
        self._waiting.put((job, seen))
        return seen

    def _work(self) -> None:
        with Post(self._assignment, self._workplace) as post:
            while True:
                try:
                    given = self._waiting.get(timeout=self._idle)
                except Empty:
                    post.close()
                    continue
                if given is None:
                    return
                job, seen = given
                try:
                    seen.set_result(tuple(post.look(job, self._stop)))
                except Exception as error:
                    seen.set_exception(error)
