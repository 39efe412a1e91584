"""CSV for Moodle, as the grading worksheet of an assignment, with feedback.

In the assignment, "Offline grading worksheet" and "Feedback comments" have to be on; then upload
it there (docs.moodle.org: "Assignment settings", "Offline grading worksheet"). Moodle reads the
columns Identifier, Grade, Last modified (grade) and Feedback comments. The identifier is
"Participant" and a number, which stands in the names of the folders that "Download all submissions"
gives, ``Ann Lee_4711_assignsubmission_file``. Of students who go by another name, it is empty: then
import the same file under Grades, Import, CSV file, and map "ID number" (docs.moodle.org: "Grade
import"). Feedback is HTML there, so all of it is escaped.
"""

import re
from collections.abc import Iterable, Iterator
from html import escape

from nomocks.grading.feedback import of_submission, of_task
from nomocks.grading.graded import Graded
from nomocks.grading.inert import cell, clean, one_line
from nomocks.grading.reveal import Reveal
from nomocks.grading.separated import lines
from nomocks.grading.standing import standing

FILE = "moodle.csv"
COLUMNS = (
    "Identifier",
    "Full name",
    "ID number",
    "Grade",
    "Maximum Grade",
    "Last modified (grade)",
    "Feedback comments",
)
LONGEST = 20_000  # characters of one student's feedback
_FOLDER = re.compile(r"(?P<name>[^_]*)_(?P<number>\d+)(_assignsubmission_\w+)?")


def render(graded: Iterable[Graded], reveal: Reveal) -> Iterator[str]:
    """The marks and the feedback of all students."""
    return lines(_table(graded, reveal))


def _table(graded: Iterable[Graded], reveal: Reveal) -> Iterator[tuple[object, ...]]:
    yield COLUMNS
    for one in graded:
        mark = standing(one)
        folder = _FOLDER.fullmatch(one.student)
        identifier = f"Participant {folder['number']}" if folder else ""
        name = folder["name"] if folder else one.student
        points = "" if mark.points is None else f"{mark.points:g}"
        row = (identifier, name, "" if folder else one.student, points, mark.most, "-")
        yield (*(_plain(value) for value in row), _feedback(one, reveal))


def _plain(value: object) -> str:
    return "-" if value == "-" else cell(one_line(str(value), 200))


def _feedback(graded: Graded, reveal: Reveal) -> str:
    said = of_submission(graded)
    for result in graded.results:
        said += ["", *of_task(result, reveal, graded.checked.assignment)]
    return cell(escape(clean("\n".join(said), LONGEST)).replace("\n", "<br>"), LONGEST * 6)
