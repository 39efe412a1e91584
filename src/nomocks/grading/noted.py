"""What a learner's own folder remembers of a check, and shows once a task is solved."""

from pathlib import Path

from nomocks.grading.result import State, TaskResult
from nomocks.learning.progress import Check, Progress
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.judging import Verdict


def note(progress: Path | None, assignment: Assignment, result: TaskResult, cell: str) -> None:
    """Keep the result of a task in a learner's folder, if there is one.

    Raises LearnerError when it can't be kept.
    """
    if progress is None or result.state is not State.GRADED:
        return
    check = Check(
        assignment=assignment.slug,
        task=result.task.name,
        points=float(result.points),
        most=float(result.most),
        missed=missed(result),
        cell=cell,
    )
    with Progress(progress) as kept:
        kept.note(check)


def missed(result: TaskResult) -> list[str]:
    """The names of the bugs that got past, or of our tests of the promises that were broken."""
    bugs = [one.mutant.name for one in result.mutants if one.verdict is Verdict.SURVIVED]
    return bugs + [one.probe.test for one in result.promises if one.verdict is Verdict.BROKEN]


def solution_of(assignment: Assignment, result: TaskResult) -> str:
    """The reference solution of a task, for who has solved it; "" for anybody else."""
    if not result.full:
        return ""
    return as_read(assignment.solution(result.task.name))


def as_read(solution: str) -> str:
    """A cell of the solution without its magic and without nbgrader's markers."""
    lines = solution.splitlines()
    return "\n".join(line for line in lines if not line.startswith(("%%task", "### "))).strip()
