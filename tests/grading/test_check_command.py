"""``nomocks check``: the report in a terminal, and an exit code that says what it is worth."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nomocks.cli import main
from nomocks.mutation.assignment import Assignment

HALF = """%%task users
async def test_duplicates(session):
    session.add_all([User(email="a@b.c", name="A"), User(email="a@b.c", name="A")])
    with pytest.raises(IntegrityError):
        await session.flush()
"""


def check(path: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["check", str(path), *options])


def submission(small: Assignment, source: str | None, assignment: str = "small") -> Path:
    cells = [{"cell_type": "markdown", "source": "# Words", "metadata": {}}]
    if source is not None:
        metadata = {"nbgrader": {"grade_id": "users"}}
        cells.append({"cell_type": "code", "source": source, "metadata": metadata})  # type: ignore[dict-item]
    content = {"nbformat": 4, "metadata": {"nomocks": {"assignment": assignment}}, "cells": cells}
    path = small.folder.parent.parent / "mine.ipynb"
    path.write_text(json.dumps(content))
    return path


def test_full_marks_end_with_0(small: Assignment) -> None:
    result = check(submission(small, small.solution("users")))
    assert "Total: 3 of 3 points" in result.output
    assert result.exit_code == 0


def test_less_than_full_marks_ends_with_1_and_a_hint(small: Assignment) -> None:
    result = check(submission(small, HALF))
    assert "1 of 2 bugs caught, 2 of 3 points" in result.output
    assert "✗ not caught" in result.output
    assert "Hint for bug 2: Leave the name out." in result.output
    assert result.exit_code == 1


def test_more_hints_are_given_when_asked_for(small: Assignment) -> None:
    path = submission(small, "def test_nothing():\n    assert True\n")
    assert "The second hint." not in check(path).output
    assert "The second hint." in check(path, "--hints", "2").output


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (None, 'has no cell with the id "users"'),
        ("%%task users\n", "has no test yet"),
        ("%%task users\ndef test_x(:\n", "syntax error in line 2"),
    ],
)
def test_what_cannot_be_graded_ends_with_2_and_the_score_error(
    small: Assignment, source: str | None, said: str
) -> None:
    result = check(submission(small, source))
    assert said in " ".join(result.output.split())
    assert "error: 1 task could not be graded" in result.output
    assert str(small.folder.parents[1]) not in result.output  # a page shows it to the student
    assert result.exit_code == 2


def test_an_unknown_assignment_ends_with_2_and_names_those_there_are(small: Assignment) -> None:
    result = check(submission(small, HALF, assignment="99-nothing"))
    assert "There is no assignment '99-nothing'" in result.output
    assert "there is small" in result.output
    assert result.exit_code == 2


@pytest.mark.parametrize("name", ["../solutions/small", "small\0", "\x1b[31m", "\ud800", ""])
def test_a_name_from_a_notebook_is_no_path(small: Assignment, name: str) -> None:
    result = check(submission(small, HALF, assignment=name))
    assert "\x1b" not in result.output
    assert "it names an assignment that there can't be" in result.output
    assert result.exit_code == 2


def test_a_corrupt_notebook_ends_with_2_and_one_line(small: Assignment) -> None:
    path = small.folder / "mine.ipynb"
    path.write_text("{")
    result = check(path)
    assert result.output.startswith("nomocks: ")
    assert result.output.count("\n") == 1
    assert result.exit_code == 2


def test_the_assignment_may_be_named_on_the_command_line(small: Assignment, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    path = submission(small, HALF, assignment="99-nothing").rename(elsewhere / "mine.ipynb")
    folder = str(small.folder.parent)
    result = check(path, "--assignment", "small", "--solutions", folder)
    assert result.exit_code == 1


def test_another_cell_cannot_change_the_verdict(small: Assignment) -> None:
    path = submission(small, "%%task users\ndef test_nothing():\n    assert True\n")
    content = json.loads(path.read_text())
    forged = "import pytest\npytest.main = lambda *a, **k: 0\nraise SystemExit"
    setup = {"cell_type": "code", "source": forged, "metadata": {"nbgrader": {"grade_id": "setup"}}}
    content["cells"].insert(0, setup)
    path.write_text(json.dumps(content))
    assert "Total: 0 of 3 points" in check(path).output
