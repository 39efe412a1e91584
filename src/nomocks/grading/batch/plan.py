"""What has to be run: of each submission, the tasks of which nothing is known that still holds."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from nomocks.grading.batch.found import Found
from nomocks.grading.batch.keys import Keys, digest
from nomocks.grading.batch.records import Submission
from nomocks.grading.batch.rows import storable
from nomocks.grading.batch.store import Store
from nomocks.mutation.assignment import Assignment

SEEDS = 2**53  # so many, which JSON and SQLite hold exactly


@dataclass(frozen=True)
class Wanted:
    """A task of a submission that is to be looked at; ``cell`` is None when it has no such cell."""

    task: str
    cell: str | None
    key: str
    seed: int


@dataclass(frozen=True)
class Job:
    """A submission, and those of its tasks that are to be looked at."""

    submission: Submission
    tasks: tuple[Wanted, ...] = ()


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
            submission, known = job.submission, store.keys(job.submission.student)
            tasks = tuple(want for want in job.tasks if known.get(want.task) != want.key)
            new = store.submission(submission.student) != submission
            yield replace(job, tasks=tasks) if tasks or new else None

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
            tasks.append(Wanted(task.name, cell, key, choices.randrange(SEEDS)))
        return Job(submission, tuple(tasks))
