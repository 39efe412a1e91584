"""What the points of a class say of its tasks, and of each bug and promise in them."""

import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from nomocks.grading.pages.gathering import Class, Student
from nomocks.grading.pages.items import Discrimination, discrimination
from nomocks.mutation.variants import Mutant, Probe, Task, TaskVariants


@dataclass(frozen=True)
class Item:
    """A bug or a promise; how many answers missed it, and how well it tells strong from weak."""

    label: str
    words: str
    misconception: str
    answers: int
    missed: int
    discrimination: Discrimination | None

    @property
    def share(self) -> float:
        """That missed it, in percent."""
        return round(100 * self.missed / self.answers, 2) if self.answers else 0


@dataclass(frozen=True)
class TaskSummary:
    """How a class did one task. Its items are in the order of how many missed them."""

    task: Task
    promises: bool  # whether its items are promises, or bugs
    most: int
    students: int
    mean: float  # share of the points, in percent
    full: int
    errors: int
    items: tuple[Item, ...]


def summaries(group: Class) -> list[TaskSummary]:
    """Of each task. Who has no mark yet is left out."""
    counting = [one for one in group.students if one.counts]
    earned = [sum(_earned(group, student)) for student in counting]
    return [
        _summary(index, task, against, counting, earned)
        for index, (task, against) in enumerate(group.tasks)
    ]


def _summary(
    index: int, task: Task, against: TaskVariants, students: list[Student], earned: list[int]
) -> TaskSummary:
    marks = [student.marks[index] for student in students]
    tried = [(one.caught, all_) for one, all_ in zip(marks, earned, strict=True) if one.caught]
    share = [100 * one.points / against.points for one in marks] if against.points else []
    items = []
    for number, variant in enumerate(_variants(against)):
        answers = [
            (caught[number], all_ - variant.points * caught[number]) for caught, all_ in tried
        ]
        items.append(_item(number + 1, variant, answers))
    return TaskSummary(
        task,
        bool(against.probes),
        against.points,
        len(marks),
        statistics.fmean(share) if share else 0,
        sum(one.full for one in marks),
        sum(one.caught is None for one in marks),
        tuple(sorted(items, key=lambda item: -item.share)),
    )


def _item(number: int, variant: Mutant | Probe, answers: list[tuple[bool, int]]) -> Item:
    missed = sum(not caught for caught, _ in answers)
    found = discrimination([(caught, float(rest)) for caught, rest in answers])
    if isinstance(variant, Probe):
        return Item(f"promise {number}", variant.promise, "", len(answers), missed, found)
    words, misconception = variant.bug, variant.misconception
    return Item(f"bug {number}", words, misconception, len(answers), missed, found)


def _earned(group: Class, student: Student) -> Iterator[int]:
    """The points of each item that a student earned, whatever was given by hand."""
    for (_, against), mark in zip(group.tasks, student.marks, strict=True):
        for variant, caught in zip(_variants(against), mark.caught or (), strict=False):
            yield variant.points * caught


def _variants(against: TaskVariants) -> tuple[Mutant | Probe, ...]:
    return against.probes or against.mutants
