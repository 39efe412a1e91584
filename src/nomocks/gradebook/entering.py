"""A batch's results for a course of nbgrader's."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from nomocks.gradebook.writing import write_gradebook
from nomocks.grading.batch.found import Found
from nomocks.grading.graded import Graded
from nomocks.grading.html import Report
from nomocks.grading.reveal import Reveal


def into(
    course: Path, reveal: Reveal
) -> Callable[[Iterable[Graded], Sequence[Found]], Sequence[str]]:
    """What enters the results of a batch in the gradebook of a course; see ``write_gradebook``.

    It gives sentences for the teacher, and raises GradebookError.
    """

    def enter(book: Iterable[Graded], found: Sequence[Found]) -> Sequence[str]:
        show = partial(Report, hints=None, reveal=reveal)
        return write_gradebook(
            book, course, {one.student: one.cells for one in found}, show
        ).remarks

    return enter
