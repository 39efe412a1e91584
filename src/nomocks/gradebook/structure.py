"""An assignment in the gradebook: the cells that nbgrader knows, and the notebook they are of."""

from dataclasses import dataclass

import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.nbgraderformat import SchemaTooOldError, ValidationError
from nbgrader.preprocessors import IncludeHeaderFooter, InstantiateTests, SaveCells

from nomocks.authoring.converting import as_text
from nomocks.authoring.course import NOTEBOOK, ClearTaskSolutions, cleared, release_steps
from nomocks.authoring.release import source_notebook
from nomocks.gradebook.courses import Course
from nomocks.gradebook.errors import GradebookError
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.variants import Task

OTHER_FILES = (IncludeHeaderFooter, InstantiateTests)  # steps that read other files, or run code


@dataclass(frozen=True)
class Book:
    """A notebook of the gradebook that holds the tasks of an assignment.

    ``released`` is what students got. ``checksums`` are those of its cells in the gradebook.
    """

    assignment: Assignment
    notebook: str
    released: NotebookNode
    checksums: dict[str, str]


def check_cell(task: Task) -> str:
    """The ``grade_id`` of the cell that gives a task's points."""
    return f"check-{task.name}"


def book_of(course: Course, assignment: Assignment) -> Book:
    """The assignment as the gradebook has it. It is entered if it is not there yet.

    Raises GradebookError when the gradebook has other cells, or gives them other points.
    """
    with course.gradebook() as gradebook:
        found = _name(gradebook, assignment)
        if found is None:
            gradebook.update_or_create_assignment(assignment.slug)
    name = found or NOTEBOOK
    released = _released(course, assignment, name, enter=found is None)
    with course.gradebook() as gradebook:
        _compare(gradebook, assignment, name)
        cells = gradebook.find_notebook(name, assignment.slug).source_cells
        checksums = {cell.name: cell.checksum for cell in cells}
    return Book(assignment, name, released, checksums)


def _name(gradebook: Gradebook, assignment: Assignment) -> str | None:
    """The notebook that has most of the tasks' cells; None if there is no such notebook."""
    try:
        notebooks = gradebook.find_assignment(assignment.slug).notebooks
    except MissingEntry:
        return None
    ours = {check_cell(task) for task in assignment.graded}
    held = {one.name: len(ours & {cell.name for cell in one.grade_cells}) for one in notebooks}
    return max(held, key=lambda name: held[name], default=None)


def _compare(gradebook: Gradebook, assignment: Assignment, name: str) -> None:
    for task in assignment.graded:
        most = assignment.against(task.name).points
        try:
            cell = gradebook.find_grade_cell(check_cell(task), name, assignment.slug)
            found = f"gives {cell.max_score:g} points"
        except MissingEntry:
            found = "is missing"
        if found != f"gives {most} points":
            raise GradebookError(
                f'In the gradebook, the cell "{check_cell(task)}" of {assignment.slug} {found}, '
                f"and the task {most}: run nomocks release {assignment.slug} --nbgrader COURSE "
                f"--force, then nbgrader generate_assignment {assignment.slug} --force."
            )


def _released(course: Course, assignment: Assignment, name: str, enter: bool) -> NotebookNode:
    """What ``nbgrader generate_assignment`` makes of the source; with ``enter``, the cells too."""
    notebook = _source(course, assignment, name)
    known = {"assignment": assignment.slug, "notebook": name, "student": "."}
    resources = ResourcesDict(nbgrader={**known, "db_url": course.db_url})
    try:
        for step in release_steps():
            if step is ClearTaskSolutions:
                notebook = cleared(notebook, assignment)
            elif step not in OTHER_FILES and (enter or step is not SaveCells):
                notebook, resources = step(config=course.config).preprocess(notebook, resources)
    except (ValidationError, SchemaTooOldError) as error:
        reason = str(error).splitlines()[0]
        raise GradebookError(
            f"nbgrader does not take the cells of {assignment.slug} ({reason}): mend what "
            "exercise.md says of them."
        ) from None
    return notebook


def _source(course: Course, assignment: Assignment, name: str) -> NotebookNode:
    """The author's notebook: the course's own, or ours where it has none."""
    path = course.source(assignment.slug) / f"{name}.ipynb"
    try:
        text = path.read_text(encoding="utf-8") if path.is_file() else None
        notebook: NotebookNode = nbformat.reads(
            text or as_text(source_notebook(assignment), assignment.slug), 4
        )
    except (OSError, ValueError) as error:
        raise GradebookError(f"{path} can't be read ({error}).") from None
    return notebook
