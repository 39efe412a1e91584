"""A student's submission, graded: what every report, export and gradebook is made from."""

from dataclasses import dataclass

from nomocks.grading.checking import Checked
from nomocks.grading.result import TaskResult


@dataclass(frozen=True)
class Graded:
    """The results of one student's submission.

    ``problem`` is one sentence when nothing of it could be graded: the notebook can't be read, or
    the student handed in none. ``comment`` is what a teacher has written by hand.
    """

    student: str
    checked: Checked
    problem: str = ""
    unsafe: bool = False  # graded without a sandbox, which each report says
    comment: str = ""

    @property
    def results(self) -> tuple[TaskResult, ...]:
        """Of each graded task, in the assignment's order."""
        return self.checked.results

    @property
    def points(self) -> float:
        """The points earned, or given by hand."""
        return self.checked.points

    @property
    def most(self) -> int:
        """The points that can be earned."""
        return self.checked.most
