"""A student's submission, graded: what every report, export and gradebook is made from."""

from dataclasses import dataclass

from nomocks.grading.checking import Checked
from nomocks.grading.result import TaskResult


@dataclass(frozen=True)
class Graded:
    """The results of one student's submission.

    ``problem`` is one sentence when nothing of it could be graded: the notebook can't be read, or
    the student handed in none. ``comment`` is what a teacher has written by hand. ``late``, ``id``
    and ``submitted`` are what the platform says: whether it came late, its name and by what its
    table of marks knows the student, as in ``moodle:4711``, and when it was handed in.
    """

    student: str
    checked: Checked
    problem: str = ""
    unsafe: bool = False  # graded without a sandbox, which each report says
    comment: str = ""
    late: bool = False
    id: str = ""
    submitted: str = ""

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

    @property
    def name(self) -> str:
        """The student's name alone, without the id that tells two of one name apart."""
        return self.student.removesuffix(f" ({self.id.partition(':')[2]})")

    def id_in(self, *platforms: str) -> str:
        """By what the table of marks of one of these platforms knows the student, or ""."""
        platform, _, known = self.id.partition(":")
        return known if platform in platforms else ""
