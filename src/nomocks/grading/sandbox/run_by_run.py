"""Each variant on a run of its own: a process, a role and a database that nobody had before."""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Self

from nomocks.grading.errors import NotGradedError
from nomocks.grading.filling import Heed, Request, TestsHungError
from nomocks.grading.forks import Zygote
from nomocks.grading.process import Seen, TestRun
from nomocks.grading.result import State
from nomocks.grading.sandbox.lent import Lent
from nomocks.grading.sandbox.postgres import GradingServer
from nomocks.mutation.matrix import Outcome
from nomocks.mutation.source import CellModule
from nomocks.mutation.variants import Planted, functions_of

GONE = "The database went away while the tests ran, so they were not graded: grade them again."
LONGEST = 180.0  # seconds that all runs of one task may take
Lend = Callable[[Planted], AbstractContextManager[Lent]]


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
        self._until = time.monotonic() + LONGEST

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Each run has ended by itself."""

    def observe(self, requests: Iterable[Request], heed: Heed) -> None:
        """Do every request, and call ``heed`` with each answer. What it raises ends all."""
        tests: dict[int, list[str]] = defaultdict(list)
        for test, number in requests:
            tests[number].append(test)
        for number in tests:
            for test, seen in self._seen(number, tests[number]):
                heed((test, number), seen)

    def _seen(self, number: int, tests: Iterable[str]) -> Iterator[tuple[str, Seen]]:
        """A run ends with a test that hangs, or that ends its process; the next has another one."""
        plant, waiting = self._plants[number], deque(tests)
        is_original = plant == Planted(number=number)
        functions = functions_of(self._plants) if is_original else ()
        while waiting:
            with ExitStack() as stack:
                plants = [Planted(code=plant.code)]
                run = TestRun(self._module, plants, functions, self._zygote, lends=True)
                stack.callback(run.close)
                run.start()  # and while it collects, a database is made
                lent = stack.enter_context(self._lend(plant))
                stack.callback(run.close)  # before the database goes
                run.open(lent.database, lent.another)
                while waiting and not run.ended:
                    self._require_time()
                    test = waiting.popleft()
                    seen = run.observe(test, 0)
                    if seen.observation.outcome is Outcome.ERROR and not self._server.running():
                        raise NotGradedError(GONE)
                    yield test, seen

    def _require_time(self) -> None:
        if time.monotonic() > self._until:
            raise TestsHungError(
                State.TIMED_OUT,
                f'The tests of "{self._module.task}" took more than {LONGEST:g} s in all: '
                "let each do less, or write fewer.",
            )
