"""A plain table: a row for each task of each student, for a spreadsheet or a program.

``points`` is empty where a person has to look first. ``note`` says why, and all that a teacher
should know of how it was graded. ``late`` is "late" or empty, and ``submitted`` is when it was
handed in, as the platform writes it, if that is known.
"""

from collections.abc import Iterable, Iterator

from nomocks.grading.graded import Graded
from nomocks.grading.inert import cell, one_line
from nomocks.grading.result import State
from nomocks.grading.reveal import Reveal
from nomocks.grading.separated import lines
from nomocks.grading.standing import LATE, is_open, notes, standing

FILE = "table.csv"
COLUMNS = ("student", "task", "points", "most", "state", "late", "submitted", "note")


def render(graded: Iterable[Graded], reveal: Reveal) -> Iterator[str]:
    """The table. How much is revealed makes no difference to it."""
    del reveal
    return lines(_table(graded))


def _table(graded: Iterable[Graded]) -> Iterator[tuple[object, ...]]:
    yield COLUMNS
    for one in graded:
        for row in _rows(one):
            yield tuple(cell(one_line(str(value))) for value in row)


def _rows(graded: Graded) -> list[tuple[object, ...]]:
    said = " ".join(note for note in notes(graded) if note != LATE)
    when = ("late" if graded.late else "", graded.submitted)
    if graded.problem:
        note = f"{graded.problem} {said}".strip()
        most = standing(graded).most
        return [(graded.student, "", "", most, State.NOT_GRADED, *when, note)]
    return [
        (
            graded.student,
            result.task.name,
            "" if is_open(result) else f"{result.points:g}",
            result.most,
            result.state if result.by_hand is None else f"{result.state}, points by hand",
            *when,
            f"{result.message} {said}".strip(),
        )
        for result in graded.results
    ]
