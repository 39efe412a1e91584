"""A task begun anew: its cell as it was released, and the attempt kept beside the notebook."""

from datetime import datetime
from pathlib import Path

from nbformat import NotebookNode

from nomocks.learning.copies import grade_id, read, write
from nomocks.learning.errors import LearnerError
from nomocks.learning.folder import Folder


def reset(folder: Folder, slug: str, task: str) -> Path | None:
    """Put the cell of a task back; where the attempt is kept, None if there was none.

    Raises LearnerError when there is no such assignment or task.
    """
    path = folder.existing(slug)
    notebook = read(path)
    cell = _cell_of(notebook, path, task)
    released = folder.root / "exercises" / slug / path.name
    begin = _cell_of(read(released), released, task).source
    if cell.source == begin:
        return None
    kept = _keep(path.parent / "attempts", task, cell.source)
    cell.source = begin
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
    write(path, notebook)
    return kept


def _cell_of(notebook: NotebookNode, path: Path, task: str) -> NotebookNode:
    cells: dict[str, NotebookNode] = {
        name: cell for cell in notebook.cells if (name := grade_id(cell, "solution"))
    }
    if task not in cells:
        raise LearnerError(f"{path} has no task {task!r}: its tasks are {', '.join(cells)}.")
    return cells[task]


def _keep(attempts: Path, task: str, text: str) -> Path:
    stamp = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
    path = attempts / f"{task}-{stamp}.py"
    try:
        attempts.mkdir(exist_ok=True)
        path.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise LearnerError(
            f"The attempt can't be kept in {path} ({error.strerror}), so nothing was changed."
        ) from None
    return path
