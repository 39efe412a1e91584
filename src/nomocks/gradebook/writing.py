"""The marks of a class, written into a course of nbgrader's, one student at a time."""

import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.exc import SAWarning, SQLAlchemyError

from nomocks.gradebook.courses import Course, open_course
from nomocks.gradebook.errors import GradebookError
from nomocks.gradebook.feedback import write_feedback
from nomocks.gradebook.marks import write_marks
from nomocks.gradebook.shown import Answers, Shown, cells_of, notebook_for, outputs, unanswered
from nomocks.gradebook.structure import Book, book_of, check_cell
from nomocks.grading.graded import Graded
from nomocks.grading.html import Report
from nomocks.grading.result import TaskResult

LONGEST_NAME = 128  # characters, in the gradebook's table of students
UNSAFE = "Graded without a sandbox."
NOT_AT_HAND = "The notebook was not at hand when the marks were written: only the reports are here."

Show = Callable[[TaskResult], Shown]


@dataclass(frozen=True)
class Written:
    """Whose marks are in the gradebook now; and one sentence on each thing to look at."""

    students: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def write_gradebook(
    graded: Iterable[Graded],
    course: Path,
    submissions: Mapping[str, Answers],
    show: Show = Report,
    feedback: bool = True,
) -> Written:
    """Write the marks, what Formgrader shows, and with ``feedback`` the pages for the students.

    ``submissions`` has each student's notebook, or its cells' texts by their ids; who handed in
    none has no entry there, and gets no submission in the gradebook either. ``show`` makes the
    report of a task. Each student's marks are written in one transaction; written twice, they are
    the same.

    Raises GradebookError when the course, or its gradebook, can't be used.
    """
    opened = open_course(course)
    try:
        # nbgrader's way to add rows is one that SQLAlchemy warns of.
        with warnings.catch_warnings(category=SAWarning, action="ignore"), opened.gradebook() as g:
            writing = _Writing(opened, g, show)
            for one in graded:
                writing.take(one, submissions.get(one.student))
    except SQLAlchemyError as error:
        reason = str(error).splitlines()[0]
        raise GradebookError(
            f"The gradebook {opened.db_url} can't be written ({reason}): close what else has it "
            "open; after an upgrade of nbgrader, run nbgrader db upgrade."
        ) from None
    except OSError as error:
        raise GradebookError(
            f"{course} can't be written ({error.strerror}): make room, or see who may write there, "
            "and write the marks once more."
        ) from None
    remarks = writing.remarks
    for slug, students in writing.students.items() if feedback else ():
        remarks += write_feedback(opened, slug, students)
    names = dict.fromkeys(name for every in writing.students.values() for name in every)
    return Written(tuple(names), tuple(remarks))


@dataclass
class _Writing:
    """A gradebook that is being written, and who is in it, by assignment."""

    course: Course
    gradebook: Gradebook
    show: Show
    books: dict[str, Book] = field(default_factory=dict)
    students: dict[str, list[str]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def take(self, graded: Graded, answers: Answers | None) -> None:
        """Write all of one student, unless they can't be entered or handed in nothing."""
        assignment = graded.checked.assignment
        if assignment.slug not in self.books:
            self.books[assignment.slug] = book_of(self.course, assignment)
        if wrong := self._refused(graded.student):
            self.remarks.append(wrong)
            return
        self.gradebook.update_or_create_student(graded.student)
        if answers is not None or not graded.problem:
            self._write(self.books[assignment.slug], graded, answers)
            self.students.setdefault(assignment.slug, []).append(graded.student)

    def _write(self, book: Book, graded: Graded, answers: Answers | None) -> None:
        student, slug = graded.student, book.assignment.slug
        cells = [] if answers is None or graded.problem else cells_of(answers, book.released)
        shown = notebook_for(
            book.released,
            cells,
            {check_cell(one.task): outputs(one, self.show(one)) for one in graded.results},
            _notes(graded, answers),
        )
        same = unanswered(shown, book.checksums) if cells else set()
        when = self.course.handed_in(student, slug)
        self.remarks += write_marks(self.gradebook, book, graded, same, when)
        if self.gradebook.find_submission(slug, student).total_seconds_late > 0:
            self._assign_penalty(book, student)
        folder = self.course.autograded(student, slug)
        folder.mkdir(parents=True, exist_ok=True)
        _replace(folder / f"{book.notebook}.ipynb", nbformat.writes(shown))
        if when:
            _replace(folder / "timestamp.txt", when)

    def _assign_penalty(self, book: Book, student: str) -> None:
        """What handing in late costs, by the course's own rule."""
        known = {"assignment": book.assignment.slug, "notebook": book.notebook, "student": student}
        resources = ResourcesDict(nbgrader={**known, "db_url": self.course.db_url})
        step = AssignLatePenalties(config=self.course.config)
        step.preprocess(NotebookNode(cells=[], metadata={}), resources)

    def _refused(self, student: str) -> str | None:
        """Why a student can't be entered, as one sentence: a name is a folder's name as well."""
        if (
            not re.fullmatch(r"[^/\\*?\[\]{}\x00-\x1f\x7f]+", student)
            or student.strip(" .") != student
            or len(student) > LONGEST_NAME
        ):
            return (
                f"{student!r} can't be a student's name for nbgrader, so their marks are not in "
                "the gradebook: rename their folder."
            )
        if self.course.takes_new_students or student in (one.id for one in self.gradebook.students):
            return None
        return (
            f"{student} is not in the gradebook, and the course's settings add nobody "
            "(Autograde.create_student): run nbgrader db student add."
        )


def _notes(graded: Graded, answers: Answers | None) -> list[str]:
    unsafe = [UNSAFE] if graded.unsafe else []
    problem = [graded.problem] if graded.problem else []
    return unsafe + problem + ([NOT_AT_HAND] if answers is None else [])


def _replace(path: Path, text: str) -> None:
    """Write a file whole, or not at all; also over one that nbgrader made read-only."""
    new = path.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)
