"""Gradescope: results by its documented rules, and the zip that makes them there."""

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from nomocks.grading.autograder import autograder_zip
from nomocks.grading.graded import Graded
from nomocks.grading.reports import gradescope
from nomocks.grading.reveal import Reveal
from nomocks.mutation.assignment import Assignment, AssignmentError
from tests.reports.conftest import COURSE

VISIBLE = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
# gradescope-autograders.readthedocs.io/en/latest/specs, as a schema
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "score": {"type": "number", "minimum": 0},
        "execution_time": {"type": "integer"},
        "output": {"type": "string", "minLength": 1},
        "output_format": FORMAT,
        "test_output_format": FORMAT,
        "test_name_format": FORMAT,
        "visibility": VISIBLE,
        "stdout_visibility": VISIBLE,
        "extra_data": {"type": "object"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "score": {"type": "number", "minimum": 0},
                    "max_score": {"type": "number"},
                    "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string", "minLength": 1},
                    "number": {"type": "string", "pattern": r"^\d+(\.\d+)?$"},
                    "output": {"type": "string"},
                    "visibility": VISIBLE,
                },
            },
        },
    },
}
OPEN = ["inconsistent", "not graded", "unreadable"]


def results(graded: Graded, reveal: Reveal = Reveal.HINT) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(gradescope.render(graded, reveal))
    return made


@pytest.mark.parametrize("step", list(Reveal))
def test_every_result_keeps_the_documented_rules(step: Reveal, by_sort: dict[str, Graded]) -> None:
    for sort, graded in by_sort.items():
        made = results(graded, step)
        jsonschema.validate(made, SCHEMA)
        assert ("score" in made) is (sort not in OPEN)
        if "score" in made:
            assert made["score"] == sum(one["score"] for one in made["tests"]) == graded.points
            assert sum(one["max_score"] for one in made["tests"]) == graded.most


@pytest.mark.parametrize("sort", OPEN)
def test_an_open_mark_has_no_score_anywhere_and_says_why(
    sort: str, by_sort: dict[str, Graded]
) -> None:
    made = results(by_sort[sort])
    assert "score" not in made
    assert not any({"score", "status"} & set(one) for one in made["tests"])
    assert made["output"].startswith("Not graded: ")


def test_a_cell_without_a_test_is_a_zero_and_says_why(by_sort: dict[str, Graded]) -> None:
    made = results(by_sort["no test"])
    assert made["score"] == 0
    assert [one["status"] for one in made["tests"]] == ["failed"]
    assert "has no test yet" in made["output"]


def test_each_bug_is_a_test_with_its_points(by_sort: dict[str, Graded]) -> None:
    first, second = results(by_sort["partial"])["tests"]
    assert (first["name"], first["number"], first["status"]) == ("Users: bug 1", "1.1", "failed")
    assert (first["score"], first["max_score"]) == (0, 2)
    assert first["output"].startswith("Bug 1 (a UNIQUE constraint, in the table users) got past:")
    assert (second["status"], second["score"], second["output"]) == ("passed", 1, "")


def test_what_was_changed_is_shown_after_the_due_date_alone(by_sort: dict[str, Graded]) -> None:
    seen = {step: results(by_sort["partial"], step) for step in Reveal}
    assert [made["visibility"] for made in seen.values()] == [*["visible"] * 3, "after_due_date"]
    told = ["DROP CONSTRAINT" in made["output"] for made in seen.values()]
    assert told == [False, False, False, True]
    assert "UNIQUE" not in json.dumps(seen[Reveal.COUNT])


def test_words_of_a_student_are_plain_text_without_codes(by_sort: dict[str, Graded]) -> None:
    for sort in ("hostile", "hostile answer"):
        text = gradescope.render(by_sort[sort], Reveal.DIFF)
        text.encode()
        made = json.loads(text)
        assert {made["output_format"], made["test_output_format"]} == {"text"}
        assert not set(made["output"]) & set("\x00\x1b\r\u202e")
        assert len(text) < 100_000


@pytest.fixture(scope="module")
def packed() -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(autograder_zip("07-constraints", Reveal.KIND)))


def test_the_zip_has_what_gradescope_looks_for_at_its_root(packed: zipfile.ZipFile) -> None:
    names = set(packed.namelist())
    assert {"setup.sh", "run_autograder", "pyproject.toml", "requirements.lock"} <= names
    for name in ("setup.sh", "run_autograder"):
        assert packed.getinfo(name).external_attr >> 16 & 0o111
        subprocess.run(["bash", "-n"], input=packed.read(name), check=True)


def test_the_zip_has_its_own_assignment_and_no_other(packed: zipfile.ZipFile) -> None:
    names = [name for name in packed.namelist() if name.startswith("solutions/")]
    assert "solutions/07-constraints/variants.py" in names
    assert {name.split("/")[1] for name in names} == {"07-constraints"}
    assert not [name for name in packed.namelist() if "__pycache__" in name or "/." in name]


def test_what_is_said_when_nothing_was_graded_has_no_score(packed: zipfile.ZipFile) -> None:
    made = json.loads(packed.read("not_graded.json"))
    jsonschema.validate(made, SCHEMA)
    assert "score" not in made
    assert "could not be graded" in made["output"]


def test_the_same_assignment_makes_the_same_zip() -> None:
    assert autograder_zip("01-mocks-lie") == autograder_zip("01-mocks-lie")


def test_there_is_no_zip_of_an_unknown_assignment_or_outside_of_a_clone(tmp_path: Path) -> None:
    with pytest.raises(AssignmentError, match="no assignment '99'"):
        autograder_zip("99")
    with pytest.raises(AssignmentError, match="is no clone of the course"):
        autograder_zip("07-constraints", course=tmp_path)


STAND_IN = """#!{python}
import sys
from pathlib import Path
given = sys.argv[1:]
out = Path(given[given.index("--into") + 1]) / "students"
out.mkdir(parents=True)
for number in range({files}):
    (out / f"{{number}}.gradescope.json").write_text(" ".join(given))
sys.exit(1)
"""


@pytest.mark.parametrize(("files", "graded"), [(0, False), (1, True), (2, False)])
def test_run_autograder_hands_over_the_one_result_that_there_is(
    files: int, graded: bool, packed: zipfile.ZipFile, tmp_path: Path
) -> None:
    """The command is a stand-in here: what is tried is what the script does with its files."""
    packed.extractall(tmp_path / "source")
    command = tmp_path / "nomocks" / "bin" / "nomocks"
    command.parent.mkdir(parents=True)
    command.write_text(STAND_IN.format(python=sys.executable, files=files))
    command.chmod(0o755)
    subprocess.run(
        ["bash", str(tmp_path / "source" / "run_autograder")],
        env={**os.environ, "AUTOGRADER": str(tmp_path)},
        check=True,
    )
    made = (tmp_path / "results" / "results.json").read_text()
    assert ("could not be graded" in made) is not graded
    if graded:
        assert made.startswith("grade submission --assignment 07-constraints --solutions ")
        assert made.endswith(" --format gradescope --reveal kind")


def test_the_zip_of_an_assignment_elsewhere_is_made_with_this_course(
    assignment: Assignment,
) -> None:
    made = autograder_zip("small", course=COURSE, solutions=assignment.folder.parent)
    names = zipfile.ZipFile(io.BytesIO(made)).namelist()
    assert "solutions/small/variants.py" in names
