"""The zip for Gradescope: what is in it, and what it does with a submission there."""

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from nomocks.cli import main
from nomocks.grading.autograder.gradescope import autograder_zip
from nomocks.grading.reveal import Reveal
from nomocks.mutation.assignment import Assignment, AssignmentError
from tests.autograders.conftest import BOTH, COURSE, EMAILS, hand_in
from tests.reports.test_gradescope import SCHEMA


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


def test_the_solutions_are_not_in_it(packed: zipfile.ZipFile) -> None:
    text = packed.read("solutions/07-constraints/exercise.md").decode()
    assert "%%task" in text
    assert "SOLUTION" not in text


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


@pytest.fixture(scope="module")
def there(small: Assignment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Gradescope's folder after its setup, but that the tools are those of this environment."""
    folder = tmp_path_factory.mktemp("autograder")
    made = autograder_zip("small", course=COURSE, solutions=small.folder.parent)
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        packed.extractall(folder / "source")
    (folder / "nomocks").mkdir()
    (folder / "nomocks" / "bin").symlink_to(Path(sys.executable).parent)
    return folder


@pytest.fixture
def submission(there: Path) -> Iterator[Path]:
    """Where Gradescope puts what a student has handed in."""
    yield there / "submission"
    shutil.rmtree(there / "submission")


def results(there: Path) -> dict[str, Any]:
    """What the autograder leaves for Gradescope."""
    subprocess.run(
        ["bash", str(there / "source" / "run_autograder")],
        env={**os.environ, "AUTOGRADER": str(there)},
        check=True,
    )
    made: dict[str, Any] = json.loads((there / "results" / "results.json").read_text())
    jsonschema.validate(made, SCHEMA)
    return made


@pytest.mark.usefixtures("walls")
def test_a_submission_is_graded_there_as_here(there: Path, submission: Path) -> None:
    hand_in(submission, EMAILS)
    made = results(there)
    assert (made["score"], [one["score"] for one in made["tests"]]) == (2, [2, 0])
    hand_in(submission, BOTH)
    assert results(there)["score"] == 3


@pytest.mark.usefixtures("walls")
def test_two_notebooks_get_no_score_and_a_word(there: Path, submission: Path) -> None:
    hand_in(submission, EMAILS)
    hand_in(submission, EMAILS, "other.ipynb")
    made = results(there)
    assert "score" not in made
    assert "Hand in one notebook" in made["output"]


def test_the_command_writes_the_zip_and_says_where_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "07.zip"
    done = CliRunner().invoke(main, ["release", "07-constraints", "--gradescope", str(path)])
    assert done.exit_code == 0, done.output
    assert f"{path} written: upload it" in done.output
    assert path.read_bytes() == autograder_zip("07-constraints")


def test_the_command_names_what_it_lacks(tmp_path: Path) -> None:
    nowhere = str(tmp_path / "nowhere" / "07.zip")
    for arguments, said in (
        (["--gradescope", nowhere], "Name the assignment"),
        (["99", "--gradescope", nowhere], "no assignment '99'"),
        (["07-constraints", "--gradescope", nowhere], "can't be written"),
    ):
        done = CliRunner().invoke(main, ["release", *arguments])
        assert done.exit_code
        assert said in done.output


def test_the_tools_can_be_installed_from_it_and_are_whole(there: Path, tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    source, target = str(there / "source"), str(tmp_path / "target")
    subprocess.run([*pip, "--no-index", "--target", target, source], check=True)
    ours = {file.relative_to(COURSE / "src") for file in (COURSE / "src" / "nomocks").rglob("*.*")}
    lost = {file for file in ours if not (tmp_path / "target" / file).exists()}
    assert {file for file in lost if "__pycache__" not in file.parts} == set()
