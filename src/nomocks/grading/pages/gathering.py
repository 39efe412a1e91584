"""What the page of a class keeps of each student: few words and numbers, whatever they sent."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from nomocks.grading.graded import Graded
from nomocks.grading.inert import file_name, one_line
from nomocks.grading.pages.rendering import LONGEST_NAME
from nomocks.grading.result import State, TaskResult
from nomocks.grading.standing import standing
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.judging import TestVerdict, Verdict
from nomocks.mutation.variants import Task, TaskVariants

_VALUES = re.compile(r"""(["']).*?\1|\d+""")
_LINE = re.compile(r" \(line \d+\)$")
SHORT = 300  # characters that are kept of a reason
REASONS = 20  # of invalid tests, that are kept of each student


@dataclass(frozen=True)
class TaskMark:
    """How one student did a task. ``caught`` says it of each item; None where there is no saying.

    ``shown`` is the points as a table shows them, or the state in their place.
    """

    graded: bool
    points: float
    full: bool
    shown: str
    caught: tuple[bool, ...] | None


@dataclass(frozen=True)
class Student:
    """One student. ``reason`` is why their mark is open; then nothing said of the class counts it.

    ``marks`` is empty where nothing was handed in, or it could not be read.
    """

    name: str
    file: str  # the name of their files
    points: float
    reason: str
    unsafe: bool
    late: bool
    marks: tuple[TaskMark, ...]

    @property
    def counts(self) -> bool:
        """Whether their points are final."""
        return bool(self.marks) and not self.reason


@dataclass(frozen=True)
class Reason:
    """Why tests were invalid. Two reasons are the same when they differ in values alone."""

    kind: str
    where: str
    example: str = field(compare=False)


@dataclass
class Class:
    """All students of an assignment, and what made their tests invalid."""

    assignment: Assignment | None = None
    students: list[Student] = field(default_factory=list)
    reasons: Counter[Reason] = field(default_factory=Counter)  # in how many submissions

    def add(self, graded: Graded) -> None:
        """Keep what is needed of one more."""
        self.assignment = self.assignment or graded.checked.assignment
        self.students.append(_student(graded, self.assignment))
        self.reasons.update(_reasons(graded))

    @cached_property
    def tasks(self) -> tuple[tuple[Task, TaskVariants], ...]:
        """The graded tasks, and what answers to them are run against."""
        if self.assignment is None:
            return ()
        return tuple((task, self.assignment.against(task.name)) for task in self.assignment.graded)


def gathered(graded: Iterable[Graded]) -> Class:
    """A class, by name. The iterable is gone through once, and no result is kept."""
    found = Class()
    for one in graded:
        found.add(one)
    found.students.sort(key=lambda student: (student.name.casefold(), student.name))
    return found


def _student(graded: Graded, assignment: Assignment) -> Student:
    of = {one.task.name: one for one in graded.results}
    mark = standing(graded)
    return Student(
        one_line(graded.student, LONGEST_NAME),
        file_name(graded.student),
        graded.points,
        one_line(mark.reason, SHORT),
        graded.unsafe,
        graded.late,
        () if graded.problem else tuple(_mark(of.get(one.name)) for one in assignment.graded),
    )


def _mark(result: TaskResult | None) -> TaskMark:
    if result is None:
        return TaskMark(False, 0, False, State.NOT_GRADED, None)
    caught = None
    if result.state is State.GRADED:
        killed = [one.verdict is Verdict.KILLED for one in result.mutants]
        caught = tuple(killed + [one.verdict is Verdict.KEPT for one in result.promises])
    known = caught is not None or result.by_hand is not None
    shown = f"{result.points:g}" if known else str(result.state)
    return TaskMark(known, result.points, result.points >= result.most, shown, caught)


def _reasons(graded: Graded) -> set[Reason]:
    invalid = [
        _reason(test)
        for result in graded.results
        for test in result.tests
        if test.verdict is Verdict.INVALID
    ]
    return set(invalid[:REASONS])


def _reason(test: TestVerdict) -> Reason:
    said = _LINE.sub("", one_line(test.reason, SHORT))
    return Reason(_VALUES.sub("…", said), test.where, said)
