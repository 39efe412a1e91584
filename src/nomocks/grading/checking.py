"""A whole notebook, graded task by task."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nomocks.grading.engine import grade
from nomocks.grading.forks import zygote
from nomocks.grading.intake import IntakeError, Submission, read_submission
from nomocks.grading.result import State, TaskResult
from nomocks.mutation.assignment import Assignment, AssignmentError, MissingError, load
from nomocks.mutation.hidden import Hidden, hidden_in
from nomocks.mutation.variants import Task


@dataclass(frozen=True)
class Checked:
    """The results of all the tasks of a notebook."""

    assignment: Assignment
    results: tuple[TaskResult, ...]

    @property
    def points(self) -> float:
        """Earned in the tasks that could be graded."""
        return sum(result.points for result in self.results)

    @property
    def most(self) -> int:
        """What the whole assignment can give."""
        return sum(result.most for result in self.results)

    @property
    def ungraded(self) -> int:
        """How many tasks ended in an error."""
        return sum(result.state is not State.GRADED for result in self.results)

    @property
    def exit_code(self) -> int:
        """0 for full marks, 1 for less, 2 when a task could not be graded."""
        if self.ungraded:
            return 2
        return 0 if all(result.full for result in self.results) else 1


def check_notebook(
    path: Path,
    slug: str | None = None,
    solutions: Path | None = None,
    on_result: Callable[[Assignment, TaskResult, str], None] = lambda *_: None,
) -> Checked:
    """Grade every task of a notebook. ``on_result`` is called as soon as a task is done, with
    the assignment, the result, and the cell, which is "" where there is none.

    Raises IntakeError when the notebook can't be taken, AssignmentError when there is no such
    assignment, or when its variants are elsewhere.
    """
    submission = read_submission(path)
    name = slug or submission.assignment
    if name is None:
        raise IntakeError(
            f"{path} does not say which assignment it belongs to: name it with --assignment."
        )
    try:
        assignment = load(name, path.parent, solutions)
    except MissingError:
        if hidden_in(submission.cells.get("setup", "")) != name:
            raise
        raise AssignmentError(str(Hidden(name))) from None
    zygote()
    results = []
    for task in assignment.graded:
        results.append(_grade(assignment, task, submission))
        on_result(assignment, results[-1], submission.cells.get(task.name, ""))
    return Checked(assignment, tuple(results))


def _grade(assignment: Assignment, task: Task, submission: Submission) -> TaskResult:
    if task.name not in submission.cells:
        message = (
            f'The notebook has no cell with the id "{task.name}": start again from the released '
            "one, and copy your tests into it."
        )
        return TaskResult(task, assignment.against(task.name), State.MISSING, message)
    return grade(assignment, task.name, submission.cells[task.name])
