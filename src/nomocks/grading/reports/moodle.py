"""CSV for Moodle, as the grading worksheet of an assignment, with feedback.

In the assignment, "Offline grading worksheet" and "Feedback comments" have to be on; then upload
it there (docs.moodle.org: "Assignment settings", "Offline grading worksheet"). Moodle reads the
columns Identifier, Grade, Last modified (grade) and Feedback comments, under these names while it
is set to English (mod/assign/feedback/offline/importgradeslib.php). An empty grade changes none.
Who has one already gets another only if "Allow updating records that have been modified more
recently in Moodle than in the spreadsheet" is on, as we can't say when Moodle's was given.

The identifier is "Participant" and a number, which stands in the names of the folders that
"Download all submissions" gives. Of students who come from elsewhere, it is empty: then import the
same file under Grades, Import, CSV file, and map "ID number" (docs.moodle.org: "Grade import").
Feedback is HTML there, so all of it is escaped.
"""

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


def render(graded: Iterable[Graded], reveal: Reveal) -> Iterator[str]:
    """The marks and the feedback of all students."""
    return lines(_table(graded, reveal))


def _table(graded: Iterable[Graded], reveal: Reveal) -> Iterator[tuple[object, ...]]:
    yield COLUMNS
    for one in graded:
        mark = standing(one)
        number = one.id_in("moodle")
        identifier = f"Participant {number}" if number else ""
        elsewhere = "" if number else one.id_in("gradescope") or one.name
        points = "" if mark.points is None else f"{mark.points:g}"
        row = (identifier, one.name, elsewhere, points, mark.most, "-")
        yield (*(_plain(value) for value in row), _feedback(one, reveal))


def _plain(value: object) -> str:
    return "-" if value == "-" else cell(one_line(str(value), 200))


def _feedback(graded: Graded, reveal: Reveal) -> str:
    said = of_submission(graded)
    for result in graded.results:
        said += ["", *of_task(result, reveal, graded.checked.assignment)]
    return cell(escape(clean("\n".join(said), LONGEST)).replace("\n", "<br>"), LONGEST * 6)
