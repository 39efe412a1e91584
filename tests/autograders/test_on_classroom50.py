"""The folder for Classroom 50: what is in it, and what it does in a student's checkout.

Its runner starts ``autograder.py`` with these variables and in this folder
(foundation50/classroom50, scripts/runner.py, ``run_entrypoint``).
"""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from nomocks.cli import main
from nomocks.grading.autograder.classroom50 import autograder_files
from nomocks.mutation.assignment import Assignment
from tests.autograders.conftest import BOTH, COURSE, EMAILS, hand_in
from tests.reports.test_classroom50 import SCHEMA

RUNNER = {
    "CLASSROOM": "testing",
    "ASSIGNMENT": "week-1",
    "OWNER": "ann-lee",
    "USERNAME": "ann-lee",
    "ASSIGNMENT_TYPE": "individual",
    "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
    "COMMIT_URL": "https://example.invalid/commit/1",
    "RELEASE_URL": "https://example.invalid/releases/1",
    "REVIEW_URL": "https://example.invalid/compare/1",
}


@pytest.fixture(scope="module")
def bundle(small: Assignment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder as the runner unpacks it."""
    folder = tmp_path_factory.mktemp("bundle")
    files = autograder_files("small", course=COURSE, solutions=small.folder.parent)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def run(bundle: Path, checkout: Path) -> subprocess.CompletedProcess[str]:
    """What the runner does, on a machine where the tools are installed."""
    command = {"NOMOCKS_COMMAND": str(Path(sys.executable).with_name("nomocks"))}
    return subprocess.run(
        [sys.executable, str(bundle / "autograder.py")],
        cwd=checkout,
        env={**os.environ, **RUNNER, **command},
        capture_output=True,
        text=True,
        check=False,
    )


def result(checkout: Path) -> dict[str, Any]:
    """What it reads afterward."""
    made: dict[str, Any] = json.loads((checkout / "result.json").read_text())
    jsonschema.validate(made, SCHEMA)
    return made


@pytest.mark.usefixtures("walls")
@pytest.mark.parametrize(
    ("where", "answer", "score"),
    [(".", BOTH, 3), ("exercises/small", EMAILS, 2), ("mine", "def test_nothing(): pass", 0)],
)
def test_the_exit_code_is_0_whatever_the_score_is(
    bundle: Path, tmp_path: Path, where: str, answer: str, score: int
) -> None:
    checkout = tmp_path / "checkout"
    hand_in(checkout / where, answer)
    (checkout / ".classroom50.yaml").write_text("")
    done = run(bundle, checkout)
    assert done.returncode == 0, done.stderr
    made = result(checkout)
    assert (made["score"], made["max-score"]) == (score, 3)
    assert (made["owner"], made["assignment"]) == ("ann-lee", "week-1")


@pytest.mark.usefixtures("walls")
@pytest.mark.parametrize("content", [None, "{"])
def test_what_could_not_be_graded_is_no_result(
    bundle: Path, tmp_path: Path, content: str | None
) -> None:
    if content:
        (tmp_path / "exercise.ipynb").write_text(content)
    done = run(bundle, tmp_path)
    assert done.returncode == 1
    assert any(line.startswith("::error::") for line in done.stderr.splitlines())
    assert not (tmp_path / "result.json").exists()


def test_a_file_of_the_checkout_is_no_part_of_the_tools(bundle: Path, tmp_path: Path) -> None:
    hand_in(tmp_path, BOTH)
    for name in ("json.py", "nomocks.py", "sitecustomize.py"):
        (tmp_path / name).write_text("raise SystemExit('taken')")
    assert "taken" not in run(bundle, tmp_path).stderr


def test_the_folder_has_what_the_runner_needs_and_no_solution(bundle: Path) -> None:
    names = {path.name for path in bundle.iterdir()}
    assert names == {"autograder.py", "course.zip", "settings.json", "runtime.json"}
    assert json.loads((bundle / "runtime.json").read_text())["apt"][0] == "bubblewrap"
    with zipfile.ZipFile(bundle / "course.zip") as course:
        assert "requirements.lock" in course.namelist()
        assert "SOLUTION" not in course.read("solutions/small/exercise.md").decode()
    assert sum(path.stat().st_size for path in bundle.iterdir()) < 10 * 1024 * 1024


def test_the_command_writes_the_folder_and_says_what_it_is_good_for(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["release", "07-constraints", "--classroom50", str(tmp_path)])
    assert done.exit_code == 0, done.output
    folder = tmp_path / "autograders" / "07-constraints"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == autograder_files(
        "07-constraints"
    )
    assert "runtime.json" in done.output
    assert "for practice" in done.output
