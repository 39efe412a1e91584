"""From the author's text to the pages that students get back, by nbgrader's own commands."""

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_notebook

from nomocks.authoring.course import CONFIG, ClearTaskSolutions, to_course
from nomocks.authoring.release import released_notebook
from nomocks.cli import main
from nomocks.gradebook.writing import Written
from nomocks.grading.checking import check_notebook
from nomocks.grading.graded import Graded
from tests.nbgrader.conftest import School, assignment_in, run
from tests.nbgrader.entries import entries

STUDENTS = ("half", "none")


@pytest.fixture(scope="session")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> School:
    """A course in which nbgrader itself has released the assignment, and graded two students."""
    root = tmp_path_factory.mktemp("theirs")
    school = School(assignment_in(root), root / "course")
    to_course(root / "solutions", school.course)
    done = run("nbgrader", "generate_assignment", "small", cwd=school.course, root=root)
    assert done.returncode == 0, done.stderr
    solution = school.assignment.solution("users")
    for student, answer in zip(STUDENTS, (solution.split("\n\n\n")[0], None), strict=True):
        when = school.hand_in(student, answer).with_name("timestamp.txt")
        when.write_text("2026-05-01 10:00:00 UTC")
    done = run("nbgrader", "autograde", "small", cwd=school.course, root=root)
    assert done.returncode == 0, done.stderr
    return school


@pytest.fixture(scope="session")
def results(theirs: School) -> list[Graded]:
    """What our grader says of the same submissions."""
    found = []
    for student in STUDENTS:
        path = theirs.course / "submitted" / student / "small" / "exercise.ipynb"
        checked = check_notebook(path, "small", theirs.assignment.folder.parent)
        found.append(Graded(student, checked))
    return found


@pytest.fixture(scope="session")
def ours(
    theirs: School, results: list[Graded], tmp_path_factory: pytest.TempPathFactory
) -> tuple[School, Written]:
    """A course with these submissions alone, into which we have written our marks."""
    course = tmp_path_factory.mktemp("ours")
    shutil.copytree(theirs.course / "submitted", course / "submitted")
    school = School(theirs.assignment, course)
    return school, school.write(*results, feedback=True)


def test_nbgrader_releases_what_we_release(theirs: School) -> None:
    released = nbformat.read(theirs.course / "release" / "small" / "exercise.ipynb", 4)
    ours = nbformat.reads(released_notebook(theirs.assignment), 4)
    assert [(cell.source, cell.metadata) for cell in released.cells] == [
        (cell.source, cell.metadata) for cell in ours.cells
    ]


def test_our_gradebook_is_the_one_that_nbgrader_makes_row_by_row(
    theirs: School, ours: tuple[School, Written]
) -> None:
    school, written = ours
    assert written == Written(STUDENTS)
    expected = entries(theirs.course)
    assert [row[2] for row in expected["grade"]] == [2.0, 0.0]
    assert entries(school.course) == expected


def test_our_marks_fit_into_the_gradebook_that_nbgrader_made(
    theirs: School, results: list[Graded], tmp_path: Path
) -> None:
    course = tmp_path / "course"
    shutil.copytree(theirs.course, course)
    before = entries(course)
    School(theirs.assignment, course).write(*results)
    assert entries(course) == before


def test_the_notebook_that_formgrader_shows_has_the_cells_that_nbgraders_has(
    theirs: School, ours: tuple[School, Written]
) -> None:
    for student in STUDENTS:
        path = Path("autograded", student, "small", "exercise.ipynb")
        first, second = (nbformat.read(one.course / path, 4) for one in (theirs, ours[0]))
        assert [cell.source for cell in first.cells] == [cell.source for cell in second.cells]
        known = [[cell.metadata.nbgrader for cell in one.cells] for one in (first, second)]
        assert known[0] == known[1]
        assert first.cells[-1].outputs[-1].data == second.cells[-1].outputs[-1].data
        assert [one.output_type for one in first.cells[-1].outputs] == [
            one.output_type for one in second.cells[-1].outputs
        ]


def test_the_pages_that_nbgrader_makes_show_our_marks_and_reports(
    ours: tuple[School, Written],
) -> None:
    for student, points, bugs in (("half", "2.0", 1), ("none", "0.0", 0)):
        page = (ours[0].course / "feedback" / student / "small" / "exercise.html").read_text()
        assert f"(Score: {points} / 3.0)" in page
        assert (f"{bugs} of 2 bugs caught" in page) is bool(bugs)


def test_a_course_keeps_its_own_settings_and_its_own_source(tmp_path: Path) -> None:
    solutions = assignment_in(tmp_path).folder.parent
    course = tmp_path / "course"
    written, _ = to_course(solutions, course)
    assert re.search(r"source/small/exercise.ipynb written: now run nbgrader gen", written)
    assert to_course(solutions, course) == []
    source = course / "source" / "small" / "exercise.ipynb"
    source.write_text("{}")
    (course / CONFIG).write_text("c = get_config()\n")
    kept, settings = to_course(solutions, course)
    assert "is another text, and stays: add --force" in kept
    assert "is yours, so nothing was changed there" in settings
    assert source.read_text() == "{}"
    assert "written" in to_course(solutions, course, force=True)[0]


def test_the_command_writes_what_nbgrader_starts_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assignment_in(tmp_path)
    for name in ("_config.yml", "_toc.yml"):
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["release", "small", "--nbgrader", "course"])
    assert done.exit_code == 0, done.output
    source = nbformat.read("course/source/small/exercise.ipynb", 4)
    assert "### BEGIN SOLUTION" in source.cells[1].source
    assert not Path("exercises").exists()
    Path("file").touch()
    refused = CliRunner().invoke(main, ["release", "small", "--nbgrader", "file/course"])
    assert "file/course can't be written" in refused.output
    assert refused.exit_code == 1


def test_other_assignments_of_a_course_are_released_as_ever() -> None:
    cell = new_code_cell("### BEGIN SOLUTION\n1\n### END SOLUTION")
    cell.metadata.nbgrader = {"grade_id": "one", "solution": True}
    notebook = new_notebook(cells=[cell])
    ClearTaskSolutions().preprocess(notebook, {})
    assert notebook.cells[0].source == "# YOUR CODE HERE\nraise NotImplementedError()"
