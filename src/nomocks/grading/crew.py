"""Several forked test processes side by side, each on a database of its own."""

import os
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from types import TracebackType
from typing import Self

import psycopg

from nomocks.grading.errors import NotGradedError
from nomocks.grading.filling import Heed, Request
from nomocks.grading.forks import Zygote
from nomocks.grading.process import TestRun
from nomocks.mutation.matrix import Outcome
from nomocks.mutation.source import CellModule
from nomocks.mutation.variants import Planted, functions_of
from nomocks.postgres import Database, get_server
from nomocks.testing.databases import template_of
from shop.models import Base

RUNS_WORTH_A_PROCESS = 8  # starting one takes as long as so many runs
Member = tuple[TestRun, Database]


class Crew:
    """A context manager that starts the processes, and ends them."""

    lends = False  # whether tests are to be lent the databases that they ask for

    def __init__(
        self, module: CellModule, variants: Sequence[Planted], zygote: Zygote, most: int = 4
    ) -> None:
        """``most`` is how many processes there may be, all forked from ``zygote``."""
        self._module = module
        self._variants = variants
        wanted = 1 + len(module.tests) * len(variants) // RUNS_WORTH_A_PROCESS
        self._size = min(wanted, os.cpu_count() or 1, most)
        self._zygote = zygote

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._threads = stack.enter_context(ThreadPoolExecutor(self._size))
            stacks = [ExitStack() for _ in range(self._size)]
            stack.callback(lambda: list(self._threads.map(ExitStack.close, stacks)))
            self._members = list(self._threads.map(self._member, stacks))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def _member(self, stack: ExitStack) -> Member:
        functions = functions_of(self._variants)
        run = TestRun(self._module, self._variants, functions, lends=self.lends)
        stack.callback(run.close)
        run.start(self._zygote.fork())  # and while it collects, a database is made
        return self._opened(run, stack)

    def _opened(self, run: TestRun, stack: ExitStack) -> Member:
        database = stack.enter_context(new_database())
        stack.callback(run.close)  # before the database goes
        run.open(database)
        return run, database

    def _require(self, database: Database) -> None:
        """Tell a test's own error from a database that is gone. Raises NotGradedError."""
        url = database.sync_url.set(drivername="postgresql")
        try:
            psycopg.connect(url.render_as_string(hide_password=False), connect_timeout=5).close()
        except psycopg.OperationalError:
            raise NotGradedError(
                "The database went away while the tests ran, so they were not graded: "
                "see that PostgreSQL runs, and check again."
            ) from None

    def observe(self, requests: Iterable[Request], heed: Heed) -> None:
        """Do every request, and call ``heed`` with each answer. What it raises ends all."""
        waiting = deque(requests)

        def work(member: Member) -> None:
            run, database = member
            while waiting:
                try:
                    request = waiting.popleft()
                except IndexError:  # another thread took the last one
                    return
                try:
                    seen = run.observe(*request)
                    if seen.observation.outcome is Outcome.ERROR:
                        self._require(database)
                    if run.ended:
                        run.start(self._zygote.fork())
                        run.open(database)
                    heed(request, seen)
                except BaseException:
                    waiting.clear()
                    raise

        list(self._threads.map(work, self._members))


def new_database() -> Database:
    """A database with the shop's tables, for one run; a context manager that drops it."""
    server = get_server()
    return server.create_database("check", template_of(server, Base.metadata))
