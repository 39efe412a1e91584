"""Several forked test processes side by side, each on a database of its own."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from nomocks.grading.process import Seen, TestRun
from nomocks.mutation.source import CellModule
from nomocks.mutation.variants import Planted
from nomocks.postgres import Database

RUNS_WORTH_A_PROCESS = 8  # starting one takes as long as so many runs
Request = tuple[str, int]  # a test, and the number of a variant
Heed = Callable[[Request, Seen, Database], None]


class Crew:
    """A context manager that starts the processes, and ends them."""

    def __init__(
        self,
        module: CellModule,
        variants: Sequence[Planted],
        new_database: Callable[[], Database],
    ) -> None:
        self._module = module
        self._variants = variants
        self._new_database = new_database
        wanted = 1 + len(module.tests) * len(variants) // RUNS_WORTH_A_PROCESS
        self._size = min(wanted, os.cpu_count() or 1, 4)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._threads = stack.enter_context(ThreadPoolExecutor(self._size))
            runs = [TestRun(self._module, self._variants) for _ in range(self._size)]
            self._members = []
            for run in runs:
                run.start()
            for run in runs:
                database = stack.enter_context(self._new_database())
                stack.callback(run.close)
                self._members.append((run, database))
            for run, database in self._members:
                run.open(database)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def observe(self, requests: Iterable[Request], heed: Heed) -> None:
        """Do every request, and call ``heed`` with each answer. What it raises ends all."""
        waiting = deque(requests)

        def work(member: tuple[TestRun, Database]) -> None:
            run, database = member
            while waiting:
                try:
                    request = waiting.popleft()
                except IndexError:  # another thread took the last one
                    return
                try:
                    heed(request, run.observe(*request), database)
                except BaseException:
                    waiting.clear()
                    raise

        list(self._threads.map(work, self._members))
