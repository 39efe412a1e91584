"""CSV for the gradebook of Canvas, of which it updates one column.

The columns and the row "Points Possible" are those of its own export
(community.canvaslms.com: "How do I import grades in the Gradebook?"). A student is looked up by
SIS User ID, SIS Login ID or name; so the id that was graded stands in these, and ID, the number
that Canvas itself gives, stays empty. An empty mark changes nothing there: it is that of a student
whom a person has to look at, or who was graded without a sandbox.

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
        student = cell(one_line(one.student, 200)).replace(POSSIBLE, POSSIBLE.replace(" ", "-"))
        points = "" if mark.points is None or one.unsafe else f"{mark.points:g}"
        yield (student, "", student, student, "", points)
