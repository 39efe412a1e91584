"""Our marks in nbgrader's gradebook, read by nbgrader's own API."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Grade, Gradebook

from nomocks.gradebook.errors import GradebookError
from nomocks.gradebook.writing import NOT_AT_HAND, UNSAFE, write_gradebook
from nomocks.grading.result import State
from nomocks.mutation.assignment import read
from tests.nbgrader.conftest import School, assignment_in, graded, observed
from tests.nbgrader.entries import entries, points

ANSWER = "%%task users\nasync def test_nothing(session):\n    assert True"


@pytest.fixture
def book(school: School) -> Iterator[Gradebook]:
    """The gradebook as Formgrader has it open."""
    with Gradebook(f"sqlite:///{school.course}/gradebook.db", "") as opened:
        yield opened


def grade_of(book: Gradebook, student: str, slug: str = "small") -> Grade:
    book.db.expire_all()
    return book.find_grade("check-users", "exercise", slug, student)


def shown(school: School, student: str) -> nbformat.NotebookNode:
    path = school.course / "autograded" / student / school.assignment.slug / "exercise.ipynb"
    return nbformat.read(path, 4)


def test_what_a_teacher_has_written_survives_a_regrade(school: School) -> None:
    school.hand_in("ada", ANSWER)
    school.write(school.graded("ada", "twice"))
    with Gradebook(f"sqlite:///{school.course}/gradebook.db", "") as book:
        grade = grade_of(book, "ada")
        assert points(grade) == (2.0, None, None, False)
        grade.manual_score, grade.extra_credit = 2.5, 0.5
        comment = book.find_comment("users", "exercise", "small", "ada")
        comment.manual_comment = "A good idea."
        book.db.commit()

        school.write(school.graded("ada", "twice", "nameless"))
        assert points(grade_of(book, "ada")) == (3.0, 2.5, 0.5, True)
        book.db.expire_all()
        assert comment.manual_comment == "A good idea."
        assert book.find_submission("small", "ada").score == 3.0


def test_a_mark_by_hand_is_looked_at_again_only_when_the_points_are_others(
    school: School, book: Gradebook
) -> None:
    school.hand_in("ada", ANSWER)
    school.write(school.graded("ada", "twice"))
    grade = grade_of(book, "ada")
    grade.manual_score, grade.needs_manual_grade = 1.0, False
    book.db.commit()
    school.write(school.graded("ada", "twice"))
    assert points(grade_of(book, "ada")) == (2.0, 1.0, None, False)
    school.write(school.graded("ada"))
    assert points(grade_of(book, "ada")) == (0.0, 1.0, None, True)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State.NOT_GRADED, (None, None, None, True)),
        (State.INCONSISTENT, (0.0, None, None, True)),
        (State.NO_TESTS, (0.0, None, None, False)),
        (State.NOT_COLLECTED, (0.0, None, None, False)),
        (State.TIMED_OUT, (0.0, None, None, False)),
        (State.CRASHED, (0.0, None, None, False)),
        (State.MISSING, (0.0, None, None, False)),
    ],
)
def test_not_graded_is_not_0_and_a_void_suite_is_for_a_human(
    school: School, book: Gradebook, state: State, expected: tuple[Any, ...]
) -> None:
    school.hand_in("ada", ANSWER)
    school.write(graded(school.assignment, "ada", observed(state=state)))
    assert points(grade_of(book, "ada")) == expected
    check = shown(school, "ada").cells[-1]
    assert f"It is {state}." in check.outputs[0].data["text/html"]
    assert (len(check.outputs) == 1) is (state is State.NOT_GRADED)


def test_what_is_not_graded_after_all_loses_its_points(school: School, book: Gradebook) -> None:
    school.hand_in("ada", ANSWER)
    school.write(school.graded("ada", "twice"))
    school.write(graded(school.assignment, "ada", observed(state=State.NOT_GRADED)))
    assert points(grade_of(book, "ada")) == (None, None, None, True)
    school.write(school.graded("ada", "twice"))
    assert points(grade_of(book, "ada")) == (2.0, None, None, False)


def test_a_notebook_that_cannot_be_read_waits_for_a_human(school: School, book: Gradebook) -> None:
    school.hand_in("ada").write_text("{")
    problem = "ada/exercise.ipynb is <b>no</b> notebook."
    seen = observed(state=State.NOT_GRADED)
    school.write(graded(school.assignment, "ada", seen, problem=problem))
    assert points(grade_of(book, "ada")) == (None, None, None, True)
    assert shown(school, "ada").cells[0].source == f"```text\n{problem}\n```"
    assert book.find_comment("users", "exercise", "small", "ada").auto_comment is None


def test_who_handed_in_nothing_is_a_student_without_a_submission(
    school: School, book: Gradebook
) -> None:
    school.hand_in("ada", ANSWER)
    nothing = school.graded("joan", problem="There is no submission of joan.")
    assert school.write(school.graded("ada"), nothing).students == ("ada",)
    assert {one.id for one in book.students} == {"ada", "joan"}
    assert [one.student.id for one in book.assignment_submissions("small")] == ["ada"]
    assert not (school.course / "autograded" / "joan").exists()


def test_a_student_whom_the_gradebook_does_not_know_is_added(
    school: School, book: Gradebook
) -> None:
    book.add_student("ada", first_name="Ada")
    for student in ("ada", "joan"):
        school.hand_in(student, ANSWER)
    school.write(school.graded("ada"), school.graded("joan"))
    assert {(one.id, one.first_name) for one in book.students} == {("ada", "Ada"), ("joan", None)}


def test_a_course_that_adds_nobody_is_told_who_is_unknown(school: School, book: Gradebook) -> None:
    settings = "c = get_config()\nc.Autograde.create_student = False\n"
    (school.course / "nbgrader_config.py").write_text(settings)
    book.add_student("ada")
    written = school.write(school.graded("ada"), school.graded("joan"))
    assert written.students == ("ada",)
    assert written.remarks[0].startswith("joan is not in the gradebook")


@pytest.mark.parametrize("name", ["../eve", "..", ".", "", "a/b", "a\\b", "a\0", "a*", "x" * 129])
def test_a_name_that_leads_elsewhere_is_not_written(school: School, name: str) -> None:
    written = school.write(school.graded(name), school.graded("ada"))
    assert written.students == ("ada",)
    assert "can't be a student's name for nbgrader" in written.remarks[0]
    assert [path.name for path in (school.course / "autograded").iterdir()] == ["ada"]


def test_two_assignments_share_a_course(school: School, book: Gradebook, tmp_path: Path) -> None:
    other = School(assignment_in(tmp_path, "large"), school.course)
    school.hand_in("ada", ANSWER)
    school.write(school.graded("ada", "twice"))
    other.hand_in("ada", ANSWER)
    other.write(other.graded("ada", "nameless"))
    assert grade_of(book, "ada").auto_score == 2.0
    assert grade_of(book, "ada", "large").auto_score == 1.0
    assert book.find_student("ada").score == 3.0
    assert len(book.assignments) == 2


def test_written_twice_it_is_the_same(school: School) -> None:
    for student, answer in (("ada", ANSWER), ("joan", None)):
        school.hand_in(student, answer)
    results = [school.graded("ada", "twice", comment="Well done."), school.graded("joan")]
    school.write(*results)
    path = school.course / "autograded" / "ada" / "small" / "exercise.ipynb"
    before, text = entries(school.course), path.read_text()
    school.write(*results)
    assert entries(school.course) == before
    assert path.read_text() == text
    assert ("ada", "users", "Well done.", None) in before["comment"]
    assert ("joan", "users", "No response.", None) in before["comment"]


def test_a_mark_given_by_hand_elsewhere_is_entered_once_and_never_over_the_gradebooks(
    school: School, book: Gradebook
) -> None:
    one = school.graded("ada", "twice")

    def by_hand(points: float) -> Any:
        results = tuple(replace(result, by_hand=points) for result in one.results)
        return replace(one, checked=replace(one.checked, results=results))

    assert not school.write(by_hand(2.5)).remarks
    assert points(grade_of(book, "ada")) == (2.0, 2.5, None, False)
    (remark,) = school.write(by_hand(1.5)).remarks
    assert "2.5 points in users by hand in the gradebook, and 1.5 elsewhere" in remark
    assert points(grade_of(book, "ada")) == (2.0, 2.5, None, False)


def test_other_points_than_the_gradebooks_are_refused(school: School) -> None:
    school.write(school.graded("ada"))
    variants = school.assignment.folder / "variants.py"
    variants.write_text(variants.read_text().replace("points=2", "points=4"))
    changed = School(read(school.assignment.folder), school.course)
    with pytest.raises(GradebookError, match=r"check-users.*gives 3 points, and the task 5"):
        changed.write(changed.graded("ada"))


def test_a_folder_that_is_not_there_gets_one_sentence(school: School) -> None:
    with pytest.raises(GradebookError, match="There is no folder"):
        write_gradebook([], school.course / "nowhere", {})


def test_what_handing_in_late_costs_is_the_courses_rule(school: School, book: Gradebook) -> None:
    settings = "c = get_config()\nc.LateSubmissionPlugin.penalty_method = 'zero'\n"
    (school.course / "nbgrader_config.py").write_text(settings)
    school.hand_in("ada", ANSWER).with_name("timestamp.txt").write_text("2026-05-02 10:00:00 UTC")
    book.add_assignment("small", duedate="2026-05-01 10:00:00 UTC")
    school.write(school.graded("ada", "twice"))
    submission = book.find_submission("small", "ada")
    assert submission.total_seconds_late == 24 * 60 * 60
    assert submission.late_submission_penalty == 2.0
    assert (school.course / "autograded" / "ada" / "small" / "timestamp.txt").is_file()


def test_the_notebook_says_what_a_reader_must_know(school: School) -> None:
    school.write(school.graded("ada", unsafe=True))
    cells = shown(school, "ada").cells
    assert [cell.source for cell in cells[:2]] == [
        f"```text\n{note}\n```" for note in (UNSAFE, NOT_AT_HAND)
    ]


@pytest.mark.parametrize("written", ["", "soon", "9" * 5000, "2026-13-45 99:99:99", "\0"])
def test_a_time_that_is_none_is_no_time(school: School, book: Gradebook, written: str) -> None:
    school.hand_in("ada", ANSWER).with_name("timestamp.txt").write_text(written)
    school.write(school.graded("ada", "twice"))
    assert book.find_submission("small", "ada").timestamp is None
    assert grade_of(book, "ada").auto_score == 2.0


def test_a_pipe_in_place_of_a_file_is_not_waited_for(school: School) -> None:
    path = school.hand_in("ada", ANSWER)
    path.unlink()
    for name in ("exercise.ipynb", "timestamp.txt"):
        os.mkfifo(path.with_name(name))
    assert school.write(school.graded("ada", "twice")).students == ("ada",)


def test_a_comment_given_elsewhere_does_not_take_the_place_of_a_teachers(
    school: School, book: Gradebook
) -> None:
    school.hand_in("ada", ANSWER)
    school.write(school.graded("ada"))
    book.find_comment("users", "exercise", "small", "ada").manual_comment = "See me."
    book.db.commit()
    school.write(school.graded("ada", comment="Well done."))
    comment = book.find_comment("users", "exercise", "small", "ada")
    book.db.refresh(comment)
    assert (comment.comment, comment.auto_comment) == ("See me.", "Well done.")


def test_a_folder_that_cannot_be_written_gets_one_sentence_and_then_the_same_marks(
    school: School, book: Gradebook
) -> None:
    school.hand_in("ada", ANSWER)
    (school.course / "autograded").touch()
    with pytest.raises(GradebookError, match="course can't be written"):
        school.write(school.graded("ada", "twice"))
    (school.course / "autograded").unlink()
    school.write(school.graded("ada", "twice"))
    assert points(grade_of(book, "ada")) == (2.0, None, None, False)


def test_a_gradebook_that_is_none_gets_one_sentence(school: School) -> None:
    (school.course / "gradebook.db").write_bytes(b"no database" * 100)
    with pytest.raises(GradebookError, match="file is not a database"):
        school.write(school.graded("ada"))
