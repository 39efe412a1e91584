"""The page of a class, which is the teacher's: what was hard, what escaped, who has a problem."""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from nomocks.grading.graded import Graded
from nomocks.grading.pages.analysis import summaries
from nomocks.grading.pages.gathering import Student, gathered
from nomocks.grading.pages.items import FEWEST, FEWEST_EACH, histogram
from nomocks.grading.pages.rendering import rendered
from nomocks.grading.reports import page
from nomocks.grading.reveal import Reveal
from nomocks.grading.standing import UNSAFE

FILE = "class.html"
MOST_REASONS = 12
INDEXED = 30  # students from which on their initials lead to them


@dataclass(frozen=True)
class Row:
    """A student in the table."""

    id: str
    student: Student
    href: str

    @property
    def initial(self) -> str:
        return self.student.name[:1].upper()


@dataclass(frozen=True)
class Numbers:
    """The class in numbers: those whose points are final."""

    counted: int
    mean: float
    median: float
    full: int


def render(graded: Iterable[Graded], _reveal: Reveal) -> str:
    """The page. The students are gone through once; it tells all of the bugs, at every step."""
    group = gathered(graded)
    rows = [_row(number, one) for number, one in enumerate(group.students, 1)]
    points = [one.points for one in group.students if one.counts]
    most = sum(against.points for _, against in group.tasks)
    return rendered(
        "class.html.j2",
        slug=group.assignment.slug if group.assignment else "",
        rows=rows,
        initials=_initials(rows),
        tasks=summaries(group),
        most=most,
        bins=histogram(points, most),
        numbers=_numbers(points, most),
        reasons=group.reasons.most_common(MOST_REASONS),
        problems=[row for row in rows if not row.student.counts],
        unsafe_note=UNSAFE,
        unsafe=sum(one.unsafe for one in group.students),
        late=sum(one.late for one in group.students),
        fewest=FEWEST,
        fewest_each=FEWEST_EACH,
    )


def _numbers(points: list[float], most: int) -> Numbers | None:
    if not points:
        return None
    full = sum(one >= most for one in points)
    return Numbers(len(points), statistics.fmean(points), statistics.median(points), full)


def _row(number: int, student: Student) -> Row:
    return Row(f"student-{number}", student, page.FILE.replace("{student}", student.file))


def _initials(rows: list[Row]) -> list[Row]:
    """The first student of each letter."""
    if len(rows) < INDEXED:
        return []
    return [next(students) for _, students in groupby(rows, key=lambda row: row.initial)]
