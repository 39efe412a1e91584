"""Each variant on a run of its own: a process, a role and a database that nobody had before."""

import contextlib
from collections import defaultdict, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import Self

from nomocks.grading.errors import NotGradedError
from nomocks.grading.filling import Heed, Request
from nomocks.grading.forks import Fork, Zygote
from nomocks.grading.process import Seen, TestRun
from nomocks.grading.sandbox.lent import Lent
from nomocks.grading.sandbox.postgres import GradingServer
from nomocks.mutation.matrix import Outcome
from nomocks.mutation.source import CellModule
from nomocks.mutation.variants import Planted, functions_of

GONE = "The database went away while the tests ran, so they were not graded: grade them again."
Lend = Callable[[Planted], AbstractContextManager[Lent]]


@dataclass(frozen=True)
class Place:
    """A process and a database for one run. None of a submission has come near it yet."""

    fork: Fork
    lent: Lent
    stack: ExitStack

    def close(self) -> None:
        """End both."""
        self.stack.close()


class RunByRun(AbstractContextManager["RunByRun"]):
    """Runs tests on variants. The schema of a variant is in the database before a run begins.

    So what a run is told of its variant is the change of code, if there is one; not its name, nor
    that there are others.
    """

    def __init__(
        self,
        module: CellModule,
        plants: Sequence[Planted],
        zygote: Zygote,
        server: GradingServer,
        lend: Lend,
    ) -> None:
        self._module = module
        self._plants = plants
        self._zygote = zygote
        self._server = server
        self._lend = lend

    def __enter__(self) -> Self:
        self._ahead = ThreadPoolExecutor(1)
        return self

    def __exit__(self, *_: object) -> None:
        self._ahead.shutdown()

    def observe(self, requests: Iterable[Request], heed: Heed) -> None:
        """Do every request, and call ``heed`` with each answer. What it raises ends all."""
        tests: dict[int, deque[str]] = defaultdict(deque)
        for test, number in requests:
            tests[number].append(test)
        with contextlib.closing(self._places(tests)) as places:
            for number, place in places:
                for test, seen in self._seen(number, tests[number], place):
                    heed((test, number), seen)

    def _places(self, tests: dict[int, deque[str]]) -> Generator[tuple[int, Place]]:
        """A place for each number, and again while there are tests for it; the next is prepared.

        A run ends with a test that hangs, or that ends its process; the others need another one.
        """
        numbers = deque(tests)
        ready = self._ahead.submit(self._prepare, numbers[0]) if numbers else None
        try:
            while ready:
                number, place = numbers.popleft(), ready.result()
                ready = self._ahead.submit(self._prepare, numbers[0]) if numbers else None
                while True:
                    try:
                        yield number, place
                    finally:
                        place.fork.end()  # before there is a next one that it could tell something
                        self._ahead.submit(place.close)
                    if not tests[number]:
                        break
                    place = self._prepare(number)
        finally:
            if ready and not ready.exception():
                ready.result().close()

    def _prepare(self, number: int) -> Place:
        with ExitStack() as stack:
            fork = self._zygote.fork()
            stack.callback(fork.end)
            lent = stack.enter_context(self._lend(self._plants[number]))
            stack.callback(fork.end)  # before the database goes
            return Place(fork, lent, stack.pop_all())

    def _seen(self, number: int, tests: deque[str], place: Place) -> Iterator[tuple[str, Seen]]:
        plant = self._plants[number]
        is_original = plant == Planted(number=number)
        functions = functions_of(self._plants) if is_original else ()
        run = TestRun(self._module, [Planted(code=plant.code)], functions, lends=True)
        run.start(place.fork)
        run.open(place.lent.database, place.lent.another)
        while tests and not run.ended:
            test = tests.popleft()
            seen = run.observe(test, 0)
            if seen.observation.outcome is Outcome.ERROR and not self._server.running():
                raise NotGradedError(GONE)
            yield test, seen
