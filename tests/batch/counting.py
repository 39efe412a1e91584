"""A class that is graded by a worker which notes each run, and then does it."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from nomocks.grading import engine
from nomocks.grading.batch.found import Found
from nomocks.grading.batch.gradebook import Gradebook
from nomocks.grading.batch.keys import Keys, versions
from nomocks.grading.batch.plan import Extent, Plan
from nomocks.grading.batch.records import Run
from nomocks.grading.batch.running import Done, LocalBatch
from nomocks.grading.batch.store import FILE, Store
from nomocks.grading.batch.workers import Unsafe, workplace
from nomocks.grading.filling import Heed, Request, Runners
from nomocks.grading.result import Observed, TaskResult
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.matrix import KillMatrix
from nomocks.mutation.source import CellModule
from nomocks.mutation.variants import Planted

SEED = 5
RUN = Run("small", "/solutions/small", "d", "0.1", "3.11", "18", "run", True, SEED)
Ran = list[tuple[str, str]]  # a test, and the name of a variant


@dataclass(frozen=True)
class Noted:
    """Runners that note what they are asked for."""

    runners: Runners
    names: Sequence[str]
    ran: Ran

    def observe(self, requests: Iterable[Request], heed: Heed) -> None:
        requests = list(requests)
        self.ran.extend((test, self.names[number]) for test, number in requests)
        self.runners.observe(requests, heed)


@dataclass
class Noting(Unsafe):
    """A worker that notes what it runs."""

    assignment: Assignment
    ran: Ran = field(default_factory=list)

    def observe(
        self,
        assignment: Assignment,
        task: str,
        cell: str,
        seed: int,
        known: KillMatrix | None = None,
    ) -> Observed:
        return engine.observe(assignment, task, cell, self.start, seed, known)

    @contextmanager
    def start(self, module: CellModule, plants: Sequence[Planted]) -> Iterator[Runners]:
        planted = self.assignment.planted(module.task)
        names = [
            next(name for name, one in planted.items() if one == replace(plant, number=0))
            for plant in plants
        ]
        with engine.in_processes(module, plants) as runners:
            yield Noted(runners, names, self.ran)


@dataclass(frozen=True)
class Graded:
    """What came of it."""

    ran: Ran
    extents: list[Extent]
    results: dict[str, TaskResult]


def graded(assignment: Assignment, cells: dict[str, str], into: Path) -> Graded:
    """Grade these cells of the task ``users``, by student, with what the folder's store knows."""
    into.mkdir(exist_ok=True)
    worker = Noting(assignment)
    where = replace(workplace("run", "none"), open=lambda: worker)
    keys = Keys(assignment, versions(where.postgres), "none")
    found = [Found(student, Path(student), {"users": cell}) for student, cell in cells.items()]
    with Store(into / FILE) as store:
        store.begin(RUN)
        jobs = list(Plan(assignment, keys, SEED).jobs(found, store))

        def keep(done: Done) -> None:
            store.keep(done.job.submission, done.tasks)

        batch = LocalBatch(assignment, where, 1, threading.Event())
        batch.run((job for job in jobs if job), keep)
        results = {
            one.student: replace(one.results[0], seconds=0.0)
            for one in Gradebook(store, assignment, keys)
        }
    return Graded(worker.ran, [job.extent if job else Extent.NONE for job in jobs], results)
