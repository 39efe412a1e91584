"""CSV for the gradebook of Canvas, of which it updates one column.

The columns and the row "Points Possible" are those of its own export, and how Canvas reads them
stands in its source (instructure/canvas-lms, lib/gradebook_importer.rb). It looks a student up by
ID, the number that it gives itself and that stands in the names of the files which "Download
Submissions" gives; then by SIS User ID, SIS Login ID, and name. So who was handed in on Canvas is
found by ID, with no roster; of others what is known stands in the SIS columns, and Canvas asks for
whom it does not find.

An empty mark would take one away that is there, and another column would set the marks in it back
to those of the day of its export. So there is one column, and nobody is in it whose mark is open or
was made without a sandbox: Canvas leaves those alone.

Canvas finds the column by its title, or by the number in it, as in ``Week 1 (4711)``: set
``NOMOCKS_CANVAS_COLUMN`` to that of its export; it is the assignment's name unless set.
"""

import os
from collections.abc import Iterable, Iterator

from nomocks.grading.graded import Graded
from nomocks.grading.inert import cell, one_line
from nomocks.grading.reveal import Reveal
from nomocks.grading.separated import lines
from nomocks.grading.standing import standing

FILE = "canvas.csv"
COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POSSIBLE = "Points Possible"  # in a name, it would make Canvas take a student's row for this one


def render(graded: Iterable[Graded], reveal: Reveal) -> Iterator[str]:
    """The marks of all students. Canvas takes no feedback in this way, so nothing is revealed."""
    del reveal
    return lines(_table(graded))


def _table(graded: Iterable[Graded]) -> Iterator[tuple[object, ...]]:
    for number, one in enumerate(graded):
        mark = standing(one)
        if not number:
            slug = one.checked.assignment.slug
            yield (*COLUMNS, os.environ.get("NOMOCKS_CANVAS_COLUMN") or cell(slug))
            yield (f"    {POSSIBLE}", "", "", "", "", mark.most)
        if mark.points is not None and not one.unsafe:
            given = one.id_in("canvas")
            elsewhere = "" if given else _text(one.id_in("gradescope") or one.name)
            yield (_text(one.name), _text(given), elsewhere, elsewhere, "", f"{mark.points:g}")


def _text(text: str) -> str:
    return cell(one_line(text, 200)).replace(POSSIBLE, POSSIBLE.replace(" ", "-"))
