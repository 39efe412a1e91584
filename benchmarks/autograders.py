"""What others grade the same submissions with: nbgrader's autograde, and otter-grader's run.

Both run a notebook as this user, without a sandbox, and ask our ``check`` for the points. Otter's
other command, ``otter grade``, builds an image of a container first; ``otter run`` does the same
for one submission, and is what that container runs.
"""

import json
import os
import subprocess
import sys
import sysconfig
import time
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from nomocks.authoring.course import to_course
from nomocks.mutation.assignment import Assignment

ROOT = Path(__file__).parent.parent
COMMANDS = Path(sys.executable).parent
OTTER = "otter-grader"
INSTALLING, LONGEST = 600.0, 1800.0  # seconds
Result = dict[str, Any]  # of a test, as otter writes it
TEST = """\
from otter.test_files import test_case

OK_FORMAT = False
name = {name!r}
points = {points}


@test_case()
def all_bugs_are_caught(check):
    assert check({name!r}) == {points}
"""


class NotInstalledError(RuntimeError):
    """Why a tool can't be had here."""


def autograde(course: Path, slug: str) -> float:
    """The seconds that nbgrader takes for all submissions of a course folder."""
    to_course(ROOT / "solutions", course, slug, force=True)
    nbgrader = str(COMMANDS / "nbgrader")
    _done([nbgrader, "generate_assignment", slug], course, COMMANDS)
    began = time.perf_counter()
    _done([nbgrader, "autograde", slug], course, COMMANDS)
    return time.perf_counter() - began


@dataclass(frozen=True)
class Otter:
    """An environment of its own with otter-grader in it, which sees this project's as well."""

    commands: Path
    version: str

    def grade(self, assignment: Assignment, notebooks: Sequence[Path], folder: Path) -> float:
        """The seconds that it takes for these submissions, one after the other.

        Raises RuntimeError when a command fails, or when the first does not earn all points.
        """
        autograder, submitted = self._generated(assignment, folder), folder / "exercise.ipynb"
        seconds = 0.0
        for path in notebooks:
            nbformat.write(for_otter(nbformat.read(path, 4), assignment), submitted)
            command = [str(self.commands / "otter"), "run", "--no-logo"]
            command += ["--autograder", str(autograder), "--output-dir", str(folder)]
            began = time.perf_counter()
            _done([*command, str(submitted)], folder, self.commands)
            seconds += time.perf_counter() - began
            if path == notebooks[0]:
                results = json.loads((folder / "results.json").read_text("utf-8"))
                _require_all_points(assignment, results)
        return seconds

    def _generated(self, assignment: Assignment, folder: Path) -> Path:
        """What otter grades by: for each task a test that asks our ``check``."""
        tests, autograder = folder / "tests", folder / "autograder.zip"
        tests.mkdir(parents=True)
        for task in assignment.graded:
            points = assignment.against(task.name).points
            text = TEST.format(name=task.name, points=points)
            (tests / f"{task.name}.py").write_text(text, "utf-8")
        command = [str(self.commands / "otter"), "generate", "--tests-dir", str(tests)]
        _done([*command, "--output-path", str(autograder)], folder, self.commands)
        return autograder


def install_otter(folder: Path) -> Otter:
    """Install otter-grader into a new environment. Raises NotInstalledError when it can't be."""
    venv.EnvBuilder(with_pip=False).create(folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    ours = sysconfig.get_path("purelib")
    (packages / "project.pth").write_text(f"import site; site.addsitedir({ours!r})\n", "utf-8")
    python = str(folder / "bin" / "python")
    pip = [sys.executable, "-m", "pip", "--python", python]
    try:
        _run([*pip, "install", "--quiet", f"{OTTER}[grading]"], INSTALLING)
        told = json.loads(_run([*pip, "list", "--format=json"], INSTALLING))
    except (subprocess.SubprocessError, OSError) as error:
        said = getattr(error, "stderr", "") or str(error)
        raise NotInstalledError(f"{OTTER} can't be installed: {said.strip()[-300:]}") from None
    (version,) = (each["version"] for each in told if each["name"] == OTTER)
    return Otter(folder / "bin", version)


def for_otter(notebook: nbformat.NotebookNode, assignment: Assignment) -> nbformat.NotebookNode:
    """The notebook as otter would have handed it out: its tests in place of nbgrader's cells."""
    names = {task.name for task in assignment.graded}
    cells = []
    for cell in notebook.cells:
        known = cell.metadata.get("nbgrader", {})
        if known.get("grade") and not known.get("solution"):
            continue
        if known.get("grade_id") in names:
            cell.metadata["otter"] = {"tests": [known["grade_id"]]}
        cells.append(cell)
    notebook.cells = cells
    return notebook


def _require_all_points(assignment: Assignment, results: dict[str, list[Result]]) -> None:
    scores = {one["name"]: one.get("score") for one in results["tests"]}
    for task in assignment.graded:
        points = assignment.against(task.name).points
        if scores[task.name] != points:
            raise RuntimeError(
                f"Otter gives {scores[task.name]} of {points} points to a solution of {task.name}."
            )


def _run(command: Sequence[str], seconds: float) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=True)
    return done.stdout


def _done(command: Sequence[str], folder: Path, commands: Path) -> None:
    """Run a command in a folder; its environment's commands are found before others.

    Raises RuntimeError when it fails or does not come to an end.
    """
    environment = {**os.environ, "PATH": f"{commands}:{os.environ['PATH']}"}
    environment["NOMOCKS_SOLUTIONS"] = str(ROOT / "solutions")
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=LONGEST
        )
    except subprocess.TimeoutExpired as error:
        raise RuntimeError(str(error)) from None
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
