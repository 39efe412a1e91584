"""What is said about the tests of a task: one result, which every report is made from."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from nomocks.mutation.assignment import Assignment
from nomocks.mutation.judging import (
    MutantVerdict,
    PromiseVerdict,
    TestVerdict,
    Verdict,
    inconsistency,
    judge_mutants,
    judge_probes,
    judge_tests,
)
from nomocks.mutation.matrix import KillMatrix
from nomocks.mutation.variants import Mutant, Task, TaskVariants


class State(StrEnum):
    """How far the grading of a task came. Only GRADED has a score; the rest is an error."""

    GRADED = "graded"
    MISSING = "missing"
    NO_TESTS = "no tests"
    NOT_COLLECTED = "collection error"
    INCONSISTENT = "inconsistent"
    TIMED_OUT = "timed out"
    CRASHED = "crashed"
    NOT_GRADED = "not graded"  # not the tests' fault


@dataclass(frozen=True)
class Observed:
    """What was seen of the tests of a task: with the assignment, all that a result is made from.

    ``message`` is one sentence, when the state is not GRADED.
    """

    state: State
    message: str = ""
    matrix: KillMatrix = field(default_factory=lambda: KillMatrix(()))
    seconds: float = 0.0


@dataclass(frozen=True)
class TaskResult:
    """The result of a task. ``message`` is one sentence, when the state is not GRADED."""

    task: Task
    against: TaskVariants
    state: State
    message: str = ""
    tests: tuple[TestVerdict, ...] = ()
    mutants: tuple[MutantVerdict, ...] = ()
    promises: tuple[PromiseVerdict, ...] = ()
    matrix: KillMatrix = field(default_factory=lambda: KillMatrix(()))
    seconds: float = 0.0
    by_hand: float | None = None  # points that a teacher gave in place of those earned

    @property
    def points(self) -> float:
        """The points given: by hand, or for each mutant that was killed or promise kept."""
        return self.earned if self.by_hand is None else self.by_hand

    @property
    def earned(self) -> int:
        """The points of the mutants that were killed, or the promises kept."""
        killed = [one.mutant.points for one in self.mutants if one.verdict is Verdict.KILLED]
        kept = [one.probe.points for one in self.promises if one.verdict is Verdict.KEPT]
        return sum(killed) + sum(kept)

    @property
    def most(self) -> int:
        """The points that can be earned."""
        return self.against.points

    @property
    def full(self) -> bool:
        """Whether every mutant was killed, or every promise kept."""
        return self.state is State.GRADED and self.points == self.most

    @property
    def score(self) -> str:
        """The score as people read it; "error" when there is none."""
        known = self.state is State.GRADED or self.by_hand is not None
        return f"{self.points:g} of {self.most}" if known else "error"

    @property
    def survivors(self) -> tuple[Mutant, ...]:
        """The bugs that no valid test caught."""
        return tuple(one.mutant for one in self.mutants if one.verdict is Verdict.SURVIVED)


def judged(assignment: Assignment, task: Task, observed: Observed) -> TaskResult:
    """The result of a task, from what was seen."""
    against, matrix = assignment.against(task.name), observed.matrix
    state, message = observed.state, observed.message
    result = TaskResult(task, against, state, message, matrix=matrix, seconds=observed.seconds)
    if state is not State.GRADED:
        return result
    if against.probes:
        return replace(result, promises=judge_probes(matrix, against))
    void = inconsistency(matrix, against)
    if void:
        return replace(result, state=State.INCONSISTENT, message=void)
    tests, mutants = judge_tests(matrix, against), judge_mutants(matrix, against)
    return replace(result, tests=tests, mutants=mutants)
