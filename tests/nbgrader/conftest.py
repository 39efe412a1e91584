"""Two courses of nbgrader's with one small assignment: one that it made, and one that we made."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from nomocks.authoring.release import released_notebook
from nomocks.gradebook.courses import open_course
from nomocks.gradebook.writing import Written, write_gradebook
from nomocks.grading.checking import Checked
from nomocks.grading.graded import Graded
from nomocks.grading.result import Observed, State, judged
from nomocks.mutation.assignment import Assignment, read
from nomocks.mutation.matrix import KillMatrix, Observation, Outcome
from tests.grading.conftest import EXERCISE, VARIANTS

METADATA = {"locked": "false", "schema_version": "3", "solution": "false", "task": "false"}
FIRST, SECOND = "test_an_email_belongs_to_one_user", "test_a_user_has_a_name"


def _complete(header: re.Match[str]) -> str:
    """What nbgrader demands of a cell and we do not."""
    lines = [
        f"  {key}: {value}\n" for key, value in METADATA.items() if f"  {key}:" not in header[0]
    ]
    return header[0] + "".join(lines)


def assignment_in(root: Path, slug: str = "small") -> Assignment:
    """The small assignment, with all the metadata that nbgrader wants."""
    folder = root / "solutions" / slug
    folder.mkdir(parents=True)
    text = re.sub(r"^nbgrader:\n(  .*\n)+", _complete, EXERCISE, flags=re.M)
    (folder / "exercise.md").write_text(text.replace("%assignment small", f"%assignment {slug}"))
    (folder / "variants.py").write_text(VARIANTS)
    return read(folder)


def run(*command: str, cwd: Path, root: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of this environment's, which finds the assignments of ``root``."""
    environment = os.environ | {"NOMOCKS_SOLUTIONS": str(root / "solutions")}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=cwd,
        env=environment | {"PATH": f"{Path(sys.executable).parent}:{environment['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )


def notebook(assignment: Assignment, answer: str | None = None) -> nbformat.NotebookNode:
    """A student's notebook, with an answer or as it was released."""
    found = nbformat.reads(released_notebook(assignment), 4)
    if answer is not None:
        found.cells[1].source = answer
    return found


def observed(killed: tuple[str, ...] = (), state: State = State.GRADED) -> Observed:
    """As if two tests had run, each of which is valid and fails on what it is to catch."""
    matrix = KillMatrix((FIRST, SECOND))
    for test, bug in ((FIRST, "twice"), (SECOND, "nameless")):
        for variant in ("as-it-is", "renamed", "by-index", "twice", "nameless"):
            failed = variant == bug and bug in killed
            matrix.add(test, variant, Observation(Outcome.FAILED if failed else Outcome.PASSED))
    return Observed(state, "" if state is State.GRADED else f"It is {state}.", matrix)


def graded(assignment: Assignment, student: str, seen: Observed, **more: object) -> Graded:
    """A student's submission as the grader hands it over."""
    results = tuple(judged(assignment, task, seen) for task in assignment.graded)
    return Graded(student, Checked(assignment, results), **more)  # type: ignore[arg-type]


@dataclass(frozen=True)
class School:
    """An assignment, and a course in which it is graded."""

    assignment: Assignment
    course: Path

    def hand_in(self, student: str, answer: str | None = None) -> Path:
        """Write a submission where nbgrader collects it."""
        path = self.course / "submitted" / student / self.assignment.slug / "exercise.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook(self.assignment, answer), path)
        return path

    def write(self, *results: Graded, **more: object) -> Written:
        """Write marks, of whoever handed in, without the pages that take a process of nbgrader."""
        handed_in = {path.parts[-3]: path for path in self.course.glob("submitted/*/*/*.ipynb")}
        more = {"feedback": False} | more
        return write_gradebook(results, self.course, handed_in, **more)  # type: ignore[arg-type]

    def graded(self, student: str, *killed: str, **more: object) -> Graded:
        """The submission of a student whose tests kill these."""
        return graded(self.assignment, student, observed(killed), **more)


@pytest.fixture(scope="session")
def empty_gradebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gradebook that nbgrader has just made, which takes it a second."""
    folder = tmp_path_factory.mktemp("empty")
    with open_course(folder).gradebook():
        return folder / "gradebook.db"


@pytest.fixture
def school(tmp_path: Path, empty_gradebook: Path) -> School:
    """A course with nothing in it."""
    (tmp_path / "course").mkdir()
    shutil.copy(empty_gradebook, tmp_path / "course")
    return School(assignment_in(tmp_path), tmp_path / "course")
