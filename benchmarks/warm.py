"""What walls cost when all is warm: the same tests in one process without any, and within ours.

No start of a command or of a worker is in it. The bare way is the floor: the tests of one cell run
in one process, as this user, on one database.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from nomocks.grading import engine
from nomocks.grading.crew import Crew
from nomocks.grading.filling import Heed, Request
from nomocks.grading.forks import running_zygote
from nomocks.grading.result import Observed, State
from nomocks.grading.sandbox.worker import Worker
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.source import CellModule
from nomocks.mutation.variants import Planted

BARE = "no sandbox"
ISOLATIONS = ("submission", "run")
Cells = dict[str, str]  # of one submission, by task
SEED = 1  # so that each way runs the same
Observe = Callable[[str, str], Observed]


@dataclass
class Took:
    """The seconds for all submissions, by way; and how many runs that are kept apart they were."""

    seconds: dict[str, float] = field(default_factory=dict)
    runs: int = 0


class Bare(Crew):
    """A crew of one; ``count`` is told how many variants it is to look at."""

    def __init__(
        self, module: CellModule, plants: Sequence[Planted], count: Callable[[int], None]
    ) -> None:
        super().__init__(module, plants, running_zygote(), most=1)
        self._count = count

    def observe(self, requests: Iterable[Request], heed: Heed) -> None:
        """As a crew does. Each variant would have a run of its own, with all of its tests."""
        wanted = list(requests)
        self._count(len({number for _, number in wanted}))
        super().observe(wanted, heed)


def measure_warm(assignment: Assignment, submissions: Sequence[Cells]) -> Took:
    """Each way in turn, submission by submission. Raises RuntimeError if one can't be graded."""
    took = Took()

    def count(runs: int) -> None:
        took.runs += runs

    def bare(module: CellModule, plants: Sequence[Planted]) -> Bare:
        return Bare(module, plants, count)

    with ExitStack() as stack:
        ways: dict[str, Observe] = {
            BARE: lambda task, cell: engine.observe(assignment, task, cell, bare, SEED)
        }
        for isolation in ISOLATIONS:
            ways[isolation] = _within(stack.enter_context(Worker(isolation)), assignment)
        for observe in ways.values():
            _seconds(observe, submissions[0])
        took.runs = 0
        for way in ways:
            took.seconds[way] = 0.0
        for cells in submissions:
            for way, observe in ways.items():
                took.seconds[way] += _seconds(observe, cells)
    return took


def _within(worker: Worker, assignment: Assignment) -> Observe:
    return lambda task, cell: worker.observe(assignment, task, cell, SEED)


def _seconds(observe: Observe, cells: Cells) -> float:
    began = time.perf_counter()
    seen = [observe(task, cell) for task, cell in cells.items()]
    took = time.perf_counter() - began
    for one in seen:
        if one.state is not State.GRADED:
            raise RuntimeError(f"A submission was not graded: {one.message}")
    return took
