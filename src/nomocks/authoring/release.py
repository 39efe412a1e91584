"""Assignments as students get them: ``exercises/*/exercise.ipynb`` from ``solutions/``."""

from pathlib import Path

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearSolutions, ComputeChecksums, LockCells

from nomocks.authoring.converting import as_text, to_notebook, write_or_compare
from nomocks.authoring.lint import problems
from nomocks.authoring.notebooks import Difference
from nomocks.mutation.assignment import EXERCISE, PREAMBLE, START, Assignment, read, task_of
from nomocks.mutation.hidden import GIVEN, hidden_in

STUB = "# Write your tests here."
ANSWER_STUB = "# Write your answer here."


class ReleaseError(ValueError):
    """Why an assignment is not released: one sentence a line."""


def release(solutions: Path, slug: str | None = None, compare: bool = False) -> list[Difference]:
    """Write the notebook of one assignment, or of all; the files that differed before.

    They are in ``exercises/``, beside ``solutions``. With ``compare`` nothing is written. Raises
    ReleaseError when an assignment is not fit to be released, AssignmentError when it can't be
    read.
    """
    exercises = solutions.parent / "exercises"
    released = {
        exercises / name / "exercise.ipynb": released_notebook(read(solutions / name))
        for name in slugs_of(solutions, slug)
    }
    found = [
        Difference(path, "differs")
        for path, text in released.items()
        if not write_or_compare(path, text, compare)
    ]
    if slug is None:
        strays = {*exercises.glob("*/*.ipynb")} - released.keys()
        found += [Difference(path, "has no source") for path in sorted(strays)]
    return found


def slugs_of(solutions: Path, slug: str | None = None) -> list[str]:
    """The assignments to release: this one, or all. Raises ReleaseError if there is none."""
    slugs = sorted(path.parent.name for path in solutions.glob(f"*/{EXERCISE}"))
    if slug is not None and slug not in slugs:
        known = ", ".join(slugs) or "none"
        raise ReleaseError(
            f"There is no {solutions.name}/{slug}/{EXERCISE}: the assignments are {known}."
        )
    return slugs if slug is None else [slug]


def released_notebook(assignment: Assignment) -> str:
    """The content of the student's notebook. Raises ReleaseError when it is not fit."""
    wrong = list(problems(assignment))
    if wrong:
        raise ReleaseError("\n".join(wrong))
    notebook = source_notebook(assignment)
    resources: dict[str, object] = {}
    notebook, resources = ClearSolutions(code_stub={"python": STUB}).preprocess(notebook, resources)
    with_starts(notebook, assignment)
    for step in (LockCells(), ComputeChecksums()):
        notebook, resources = step.preprocess(notebook, resources)
    return as_text(notebook, assignment.slug)


def with_starts(notebook: NotebookNode, assignment: Assignment) -> None:
    """Do what nbgrader has no word for: a cell that holds a text to begin with, or another stub.

    Released by nbgrader itself, such a cell shows the markers of its start, and the stub as well.
    """
    for cell in notebook.cells:
        task = task_of(cell.source) if cell.cell_type == "code" else None
        if START.search(cell.source):
            cell.source = START.sub(r"\1", cell.source).replace(f"\n{STUB}", "").strip()
        elif task and assignment.against(task).probes:
            cell.source = cell.source.replace(STUB, ANSWER_STUB)


def source_notebook(assignment: Assignment) -> NotebookNode:
    """The notebook with the solutions in it: what nbgrader takes as its source.

    Where variants are hidden, the cells that tests begin with say so, as a kernel sees no ids.
    """
    notebook = to_notebook((assignment.folder / EXERCISE).read_text(encoding="utf-8"))
    notebook.metadata["nomocks"] = {"assignment": assignment.slug}
    if is_hidden(assignment):
        for cell in notebook.cells:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            if cell.cell_type == "code" and grade_id.startswith(PREAMBLE):
                cell.source = GIVEN + cell.source
    return notebook


def is_hidden(assignment: Assignment) -> bool:
    """Whether students get no variants of it."""
    return any(hidden_in(cell.source) for cell in assignment.cells)
