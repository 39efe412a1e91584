"""Copies of the course's notebooks, and what becomes of them when the course has new ones."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from nomocks.learning.errors import LearnerError
from nomocks.learning.folder import EXERCISE, Folder

EDITION = "edition"  # in the metadata of a copy: a digest of the notebook that it was made from
GIVEN = "given"  # in the metadata of each of its cells that is not the learner's own


@dataclass(frozen=True)
class Copied:
    """What became of a copy."""

    path: Path
    what: str  # "new", "updated", "merged" or "kept"
    before: Path | None = None  # where a learner's own text is kept that was replaced


def bring_up_to_date(folder: Folder) -> list[Copied]:
    """Copy what is new or has changed in the course; no word that a learner wrote is lost.

    An assignment keeps the learner's answers in a new edition's notebook, and a chapter that the
    learner has changed stays as it is. Raises LearnerError when a file can't be read or written.
    """
    return [
        done
        for released, copy in folder.copies().items()
        if (done := _brought(released, copy)) is not None
    ]


def renew(folder: Folder, slug: str) -> Copied:
    """Replace a chapter's copy by the course's own, and keep what it held in another file.

    Raises LearnerError when there is no such chapter.
    """
    released = folder.root / "notebooks" / f"{slug}.ipynb"
    if not released.is_file():
        raise LearnerError(f"There is no chapter {slug!r} in {released.parent}.")
    copy = folder.path / released.name
    before = _set_aside(copy) if copy.exists() and _is_changed(read(copy)) else None
    write(copy, _edition_of(read(released)))
    return Copied(copy, "updated", before)


def read(path: Path) -> NotebookNode:
    """A notebook. Raises LearnerError when it is none."""
    try:
        notebook: NotebookNode = nbformat.read(path, 4)
    except (OSError, ValueError, nbformat.ValidationError) as error:
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise LearnerError(
            f"{path} can't be read as a notebook ({reason}): move it away, and run `nomocks work` "
            "for a new one."
        ) from None
    return notebook


def write(path: Path, notebook: NotebookNode) -> None:
    """Write a notebook in place of another, at once. Raises LearnerError."""
    beside = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, beside)
        beside.replace(path)
    except OSError as error:
        raise LearnerError(f"{path} can't be written ({error.strerror}).") from None


def _brought(released: Path, copy: Path) -> Copied | None:
    new = _edition_of(read(released))
    if not copy.exists():
        write(copy, new)
        return Copied(copy, "new")
    mine = read(copy)
    if _edition(mine) == _edition(new):
        return None
    if not _is_changed(mine):
        write(copy, new)
        return Copied(copy, "updated")
    if released.name != EXERCISE:
        return Copied(copy, "kept")
    before = _set_aside(copy)
    write(copy, _merged(new, mine))
    return Copied(copy, "merged", before)


def _edition_of(notebook: NotebookNode) -> NotebookNode:
    notebook.metadata.setdefault("nomocks", {})[EDITION] = _digest(notebook)
    for cell in notebook.cells:
        cell.metadata["nomocks"] = {GIVEN: True}
    return notebook


def _edition(notebook: NotebookNode) -> str | None:
    found: str | None = notebook.metadata.get("nomocks", {}).get(EDITION)
    return found


def _is_changed(notebook: NotebookNode) -> bool:
    return _edition(notebook) != _digest(notebook)


def _digest(notebook: NotebookNode) -> str:
    """Of what is written in the cells, whatever they have shown."""
    cells = [(cell.cell_type, cell.source) for cell in notebook.cells]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()[:16]


def _set_aside(path: Path) -> Path:
    stamp = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
    before = path.with_name(f"{path.stem}.before-{stamp}.ipynb")
    return path.replace(before)


def _merged(new: NotebookNode, mine: NotebookNode) -> NotebookNode:
    """The new edition with the learner's answers, and with cells of the learner's own."""
    answers = {name: cell.source for cell in mine.cells if (name := grade_id(cell, "solution"))}
    for cell in new.cells:
        cell.source = answers.get(grade_id(cell, "solution") or "", cell.source)
    for before, cell in _of_ones_own(mine):
        places = [n for n, other in enumerate(new.cells, 1) if _key(other) == before]
        new.cells.insert(places[-1] if places else len(new.cells), cell)
    return new


def grade_id(cell: NotebookNode, kind: str) -> str | None:
    """The name that nbgrader knows a cell by, if it is one of this kind."""
    told = cell.metadata.get("nbgrader", {})
    name: str | None = told.get("grade_id") if told.get(kind) else None
    return name


def _of_ones_own(notebook: NotebookNode) -> Iterator[tuple[str, NotebookNode]]:
    """Each cell that the learner has added, and the key of the one before it."""
    before = ""
    for cell in notebook.cells:
        if GIVEN not in cell.metadata.get("nomocks", {}):
            yield before, cell
        before = _key(cell)


def _key(cell: NotebookNode) -> str:
    name: str = cell.metadata.get("nbgrader", {}).get("grade_id", "")
    return name or cell.id
