"""What has to be run: of each submission, the tasks of which nothing is known that still holds."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from nomocks.grading.batch.found import Found
from nomocks.grading.batch.keys import Keys, digest
from nomocks.grading.batch.records import Kept, Submission
from nomocks.grading.batch.rows import storable
from nomocks.grading.batch.store import Store
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.matrix import KillMatrix

SEEDS = 2**53  # so many, which JSON and SQLite hold exactly


class Extent(StrEnum):
    """How much of a submission is run, in words."""

    FULL = "in full"
    PART = "in part"
    NONE = "not at all"


def told(extents: Counter[Extent]) -> str:
    """How many submissions were run to which extent, as one sentence."""
    counts = ", ".join(f"{extents[one]} {one}" for one in Extent)
    return f"Of the submissions, this call ran {counts}."


@dataclass(frozen=True)
class Wanted:
    """A task of a submission that is to be looked at; ``cell`` is None when it has no such cell.

    What is ``known`` of it still holds, and needs no run; ``variants`` has the digest of each.
    """

    task: str
    cell: str | None
    key: str
    seed: int
    variants: Mapping[str, str] = field(default_factory=dict)
    known: KillMatrix | None = None


@dataclass(frozen=True)
class Job:
    """A submission, and those of its tasks that are to be looked at; ``whole`` if that is all."""

    submission: Submission
    tasks: tuple[Wanted, ...] = ()
    whole: bool = True

    @property
    def extent(self) -> Extent:
        """How much of it is run."""
        if not self.tasks:
            return Extent.NONE
        nothing_known = self.whole and all(one.known is None for one in self.tasks)
        return Extent.FULL if nothing_known else Extent.PART


@dataclass(frozen=True)
class Plan:
    """Makes jobs of submissions. ``seed`` is that of the batch."""

    assignment: Assignment
    keys: Keys
    seed: int

    def jobs(self, found: Iterable[Found], store: Store) -> Iterator[Job | None]:
        """One for each submission, in an order by chance; None for one that is done."""
        for one in self._shuffled(found):
            job = self._job(one)
            submission, keys = job.submission, store.keys(job.submission.student)
            tasks = tuple(want for want in job.tasks if keys.get(want.task) != want.key)
            new = store.submission(submission.student) != submission
            if not tasks and not new:
                yield None
                continue
            kept = {one.task: one for one in store.tasks(submission.student)} if keys else {}
            tasks = tuple(self._with_known(want, kept.get(want.task)) for want in tasks)
            yield replace(job, tasks=tasks, whole=len(tasks) == len(job.tasks))

    def _with_known(self, wanted: Wanted, kept: Kept | None) -> Wanted:
        return replace(wanted, known=self.keys.known(kept, wanted.cell)) if kept else wanted

    def _shuffled(self, found: Iterable[Found]) -> list[Found]:
        named = sorted(found, key=lambda one: (storable(one.student), str(one.path)))
        random.Random(self.seed).shuffle(named)
        return named

    def _job(self, found: Found) -> Job:
        student = storable(found.student)
        submission = Submission(
            student,
            storable(str(found.path)),
            digest(found.cells),
            storable(found.problem),
            found.late,
            storable(found.id),
            storable(found.submitted),
        )
        if found.problem:
            return Job(submission)
        tasks = []
        for task in self.assignment.graded:
            cell = found.cells.get(task.name)
            choices = random.Random(f"{self.seed}/{student}/{task.name}")
            key = self.keys.key(task.name, cell)
            variants = self.keys.variants(task.name)
            tasks.append(Wanted(task.name, cell, key, choices.randrange(SEEDS), variants))
        return Job(submission, tuple(tasks))
