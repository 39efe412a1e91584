"""nbgrader itself takes an assignment, and gives the points that the check cells return."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from nomocks.authoring.converting import as_text
from nomocks.authoring.release import STUB, released_notebook, source_notebook, with_starts
from nomocks.mutation.assignment import Assignment
from tests.assignments.conftest import SOLUTIONS

# In a process of its own, as nbgrader configures logging and event loops for all of it.
GRADE_WITH_NBGRADER = f"""
import json, sys
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

root, slug, *students = sys.argv[1:]
config = Config()
config.CourseDirectory.root = root
config.CourseDirectory.db_url = f"sqlite:///{{root}}/gradebook.db"
config.ClearSolutions.code_stub = {{"python": {STUB!r}}}
api = NbGraderAPI(CourseDirectory(config=config), config=config)
done = [api.generate_assignment(slug, create=True)]
done += [api.autograde(slug, student, create=True) for student in students]
for one in done:
    assert one["success"], one.get("error") or one["log"]
with api.gradebook as gradebook:
    submissions = gradebook.assignment_submissions(slug)
    print(json.dumps({{one.student.id: one.score for one in submissions}}))
"""

# A kernel is told which ports to use, and another program may take one before the kernel does.
ATTEMPTS, TAKEN = 3, "Address already in use"


@pytest.fixture
def course(assignment: Assignment, tmp_path: Path) -> Path:
    """A course of nbgrader's: the author's notebook, and one of two students each."""
    released = nbformat.reads(released_notebook(assignment), 4)
    solutions = {task.name: assignment.solution(task.name) for task in assignment.graded}
    solved = nbformat.reads(released_notebook(assignment), 4)
    for cell in solved.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = solutions.get(grade_id, cell.source)
    source = nbformat.reads(as_text(source_notebook(assignment), assignment.slug), 4)
    for folder, notebook in (
        ("source", source),
        ("submitted/solved", solved),
        ("submitted/stub", released),
    ):
        path = tmp_path / folder / assignment.slug / "exercise.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    return tmp_path


def test_nbgrader_releases_it_and_grades_the_solution_and_the_stub(
    assignment: Assignment, course: Path
) -> None:
    environment = os.environ | {"NOMOCKS_SOLUTIONS": str(SOLUTIONS)}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    command = [sys.executable, "-c", GRADE_WITH_NBGRADER, course, assignment.slug]
    for _ in range(ATTEMPTS):
        done = subprocess.run(
            [*command, "solved", "stub"],
            cwd=course,
            env=environment,
            capture_output=True,
            text=True,
        )
        if TAKEN not in done.stderr:
            break
    assert done.returncode == 0, done.stderr

    released = nbformat.read(course / "release" / assignment.slug / "exercise.ipynb", 4)
    ours = nbformat.reads(released_notebook(assignment), 4)
    by_nbgrader = [cell.source for cell in released.cells]
    with_starts(released, assignment)
    assert [cell.source for cell in released.cells] == [cell.source for cell in ours.cells]
    for source, cell, our in zip(by_nbgrader, released.cells, ours.cells, strict=True):
        if source == our.source:  # else its checksum differs as well
            assert cell.metadata == our.metadata

    most = sum(assignment.against(task.name).points for task in assignment.graded)
    assert json.loads(done.stdout.splitlines()[-1]) == {"solved": most, "stub": 0.0}
