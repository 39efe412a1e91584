"""``nomocks grade`` and ``nomocks doctor``: what they say, and their exit codes."""

import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nomocks.cli import main
from nomocks.grading import reports
from nomocks.grading.sandbox import tiers
from nomocks.mutation.assignment import Assignment
from tests.batch.calls import MARKS, SIZE, Class, grade
from tests.batch.classes import (
    POINTS,
    answer,
    hand_in,
    marks,
    seen_in,
)


def test_a_class_is_graded(students: Class) -> None:
    assert marks(students.graded, students.assignment) == MARKS


def test_grading_twice_gives_the_same_marks(students: Class, tmp_path: Path) -> None:
    assert grade(students.submitted, tmp_path / "again", "--workers", "3").exit_code == 0
    assert seen_in(tmp_path / "again") == students.whole
    grade(students.submitted, tmp_path / "otherwise", "--seed", "6")
    assert marks(tmp_path / "otherwise", students.assignment) == MARKS


def test_a_notebook_that_cannot_be_read_is_named_and_stops_nobody(
    few: Path, small: Assignment, tmp_path: Path
) -> None:
    into = tmp_path / "unreadable"
    path = hand_in(few, "student-01", answer(1))
    path.write_text("{ no notebook")
    result = grade(few, into)
    assert result.exit_code == 1
    assert "3 of 4 submissions are graded." in result.output
    assert "student-01" in result.output.splitlines()[-1]
    assert "Traceback" not in result.output
    hand_in(few, "student-01", answer(1))
    assert grade(few, into, "--resume").exit_code == 0
    assert list(marks(into, small).values()) == list(POINTS[:4])


def other_assignment(small: Assignment, submitted: Path, into: Path) -> Result:
    grade(submitted, into)
    other = small.folder.with_name("other")
    other.mkdir()
    for path in small.folder.glob("*.*"):
        (other / path.name).write_text(path.read_text())
    given = ["--assignment", "other", "--unsafe", "--into", str(into), "--resume"]
    given += ["--solutions", str(other.parent)]
    notebook = submitted / "student-00" / "small" / "exercise.ipynb"
    notebook.write_text(notebook.read_text().replace('"small"', '"other"'))
    return CliRunner().invoke(main, ["grade", str(notebook), *given])


def twice(_: Assignment, submitted: Path, into: Path) -> Result:
    grade(submitted, into)
    return grade(submitted, into)


def at_the_same_time(_: Assignment, submitted: Path, into: Path) -> Result:
    into.mkdir()
    descriptor = os.open(into, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        return grade(submitted, into)
    finally:
        os.close(descriptor)


def unknown_format(_: Assignment, submitted: Path, into: Path) -> Result:
    return grade(submitted, into, "--format", "stone")


def solutions_handed_in(small: Assignment, submitted: Path, into: Path) -> Result:
    theirs = submitted / "solutions" / "small"
    theirs.mkdir(parents=True)
    (theirs / "exercise.md").write_text((small.folder / "exercise.md").read_text())
    (theirs / "variants.py").write_text(f"open({str(into)!r}, 'w')")
    there = Path.cwd()
    os.chdir(submitted / "student-00")
    try:
        given = ["--assignment", "small", "--unsafe", "--into", str(into.with_name("elsewhere"))]
        ours = CliRunner().invoke(main, ["grade", "..", *given])
        assert "1 of 2 submissions are graded" in ours.output
    finally:
        os.chdir(there)
    result = grade(submitted, into, "--solutions", str(theirs.parent))
    assert not into.exists()
    return result


def no_submission(_: Assignment, submitted: Path, into: Path) -> Result:
    (submitted.parent / "nothing").mkdir()
    return grade(submitted.parent / "nothing", into)


def among_the_submissions(_: Assignment, submitted: Path, into: Path) -> Result:
    return grade(submitted, submitted / into.name)


def a_file_in_the_way(_: Assignment, submitted: Path, into: Path) -> Result:
    into.write_text("a file")
    return grade(submitted, into)


@pytest.mark.parametrize(
    ("attempt", "said"),
    [
        (twice, "holds results of small already: go on with it by --resume, or"),
        (other_assignment, "holds results of small: name another folder by --into."),
        (at_the_same_time, "Another `nomocks grade` writes to"),
        (unknown_format, "'stone' is not one of 'canvas'"),
        (solutions_handed_in, "is among the submissions: name the folder of the assignments"),
        (no_submission, "nomocks: "),
        (among_the_submissions, "would be taken for one: name another folder by --into."),
        (a_file_in_the_way, "is a file"),
    ],
)
def test_what_cannot_begin_says_why_and_ends_with_2(
    small: Assignment,
    tmp_path: Path,
    attempt: Callable[[Assignment, Path, Path], Result],
    said: str,
) -> None:
    hand_in(tmp_path / "submitted", "student-00", answer(6))
    result = attempt(small, tmp_path / "submitted", tmp_path / "into")
    assert result.exit_code == 2, result.output
    assert said in result.output
    assert "Traceback" not in result.output


@pytest.mark.usefixtures("small")
def test_every_format_is_written(tmp_path: Path) -> None:
    for number in range(2):
        hand_in(tmp_path / "submitted", f"student-{number}", answer(number))
    formats = [word for name in reports.formats() for word in ("--format", name)]
    result = grade(tmp_path / "submitted", tmp_path / "into", *formats)
    assert result.exit_code == 0, result.output
    written = [path for path in (tmp_path / "into").rglob("*") if path.is_file()]
    assert len(written) >= 1 + len(reports.formats())


def test_how_far_it_is_stands_in_plain_lines_where_there_is_no_terminal(students: Class) -> None:
    lines = students.said.splitlines()
    last = [line for line in lines if " left, " in line][-1]
    assert last.startswith(f"{SIZE} of {SIZE} graded, ")
    assert last.endswith("0 not graded, 2 with errors")
    assert "\x1b" not in students.said
    assert any("--unsafe runs the tests with all of your rights" in line for line in lines)


@pytest.fixture
def without_bubblewrap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A machine where it is not installed, and that nobody would throw away."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv(tiers.SETTING, "namespaces")
    tiers.chosen.cache_clear()
    yield
    tiers.chosen.cache_clear()


@pytest.mark.usefixtures("small", "without_bubblewrap")
def test_without_a_sandbox_nothing_is_graded_and_it_says_what_to_install(tmp_path: Path) -> None:
    hand_in(tmp_path / "submitted", "student-00", answer(0))
    given = ["--assignment", "small", "--solutions", str(tmp_path / "solutions")]
    given += ["--into", str(tmp_path / "into")]
    result = CliRunner().invoke(main, ["grade", str(tmp_path / "submitted"), *given])
    assert result.exit_code == 2
    assert "apt-get install bubblewrap" in result.output
    assert "Traceback" not in result.output


@pytest.mark.usefixtures("without_bubblewrap")
def test_the_doctor_names_what_is_missing() -> None:
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == 1
    assert "✗ bubblewrap: install it (apt-get install bubblewrap)" in result.output
    assert "✓ PostgreSQL" in result.output
