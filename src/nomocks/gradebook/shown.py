"""The notebook that Formgrader shows: what a student wrote as plain text, and our reports.

A teacher opens it while logged in, and nbgrader shows markdown and outputs as they are. So nothing
of a student's is taken but text: no outputs, no metadata, no attachments, and what is not code, and
not ours, is shown as its source.
"""

import json
import os
import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any, Protocol

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader.utils import compute_checksum

from nomocks.grading.intake import IntakeError, descriptor_of, read_some, submission
from nomocks.grading.result import State, TaskResult

LONGEST = 100_000  # characters of a cell
MOST = 300  # cells


class Shown(Protocol):
    """A report as a notebook displays it; its ``repr`` is plain text."""

    def _repr_html_(self) -> str: ...


Answers = Path | Mapping[str, str]  # a student's notebook, or the texts of its cells by their id


def cells_of(answers: Answers, released: NotebookNode) -> list[Mapping[str, Any]]:
    """The cells that a student handed in; none where there is no notebook that can be graded.

    A link is not followed: it may lead to what another student handed in.
    """
    if not isinstance(answers, Path):
        return [{**cell, "source": answers.get(_id(cell), cell.source)} for cell in released.cells]
    try:
        with os.fdopen(descriptor_of(answers, follow=False), "rb", buffering=0) as file:
            content = read_some(file, answers.name)
        submission(content, answers, answers.name)
        cells = json.loads(content.decode("utf-8-sig"))["cells"]
    except (IntakeError, OSError):
        return []
    return [cell for cell in cells if isinstance(cell, dict)]


def outputs(result: TaskResult, shown: Shown) -> list[NotebookNode]:
    """What a check cell prints: the report, and the points where there are any."""
    report = {
        "text/html": _writable(shown._repr_html_()),
        "text/plain": _writable(repr(shown)),
    }
    found = [new_output("display_data", report)]
    if result.state is not State.NOT_GRADED:
        points = {"text/plain": str(float(result.points))}
        found.append(new_output("execute_result", points, execution_count=None))
    return found


def notebook_for(
    released: NotebookNode,
    submitted: Sequence[Mapping[str, Any]],
    reports: Mapping[str, list[NotebookNode]],
    notes: Sequence[str],
) -> NotebookNode:
    """The student's cells in their order, in the released notebook's; then what is missing.

    ``reports`` are the outputs of check cells, by their id, and ``notes`` stand above all.
    """
    known = {_id(cell): cell for cell in released.cells if _id(cell)}
    prose = {_source(cell): cell for cell in released.cells if not _id(cell)}
    taken: dict[str, NotebookNode] = {}
    cells = [new_markdown_cell(as_source(note)) for note in notes]
    for cell in submitted[:MOST]:
        name, source = _id(cell), _source(cell)
        if name in known and name not in taken and _type(cell) == known[name].cell_type:
            taken[name] = deepcopy(known[name])
            if _known(known[name]).get("solution"):
                ours = taken[name].source == source or _type(cell) == "code"
                taken[name].source = source if ours else as_source(source)
            cells.append(taken[name])
        elif source in prose:
            cells.append(deepcopy(prose[source]))
        elif source.strip():
            code = _type(cell) == "code"
            cells.append(new_code_cell(source) if code else new_markdown_cell(as_source(source)))
    missing = [deepcopy(cell) for name, cell in known.items() if name not in taken]
    notebook = deepcopy(released)
    notebook.cells = [*cells, *missing] if submitted else [*cells, *deepcopy(released.cells)]
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        if cell.cell_type == "code":
            cell.outputs = reports.get(_id(cell), [])
    return notebook


def unanswered(notebook: NotebookNode, checksums: Mapping[str, str]) -> set[str]:
    """The ids of the answers that are as they were released, by us or by nbgrader."""
    answers = [cell for cell in notebook.cells if _known(cell).get("solution")]
    return {
        _known(cell)["grade_id"]
        for cell in answers
        if compute_checksum(cell)
        in (_known(cell).get("checksum"), checksums.get(_known(cell)["grade_id"]))
    }


def as_source(text: str) -> str:
    """Markdown that shows a text as it is, whatever is in it."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def _id(cell: Mapping[str, Any]) -> str:
    """The ``grade_id`` of a cell; empty if it has none."""
    name = _known(cell).get("grade_id")
    return name if isinstance(name, str) else ""


def _known(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    """What nbgrader's metadata say of a cell."""
    metadata = cell.get("metadata")
    known = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return known if isinstance(known, dict) else {}


def _type(cell: Mapping[str, Any]) -> str:
    return "code" if cell.get("cell_type") == "code" else "markdown"


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    return _text(source if isinstance(source, str) else "")


def _text(text: str) -> str:
    """What a student wrote, not endless."""
    text = _writable(text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n… (cut here)"


def _writable(text: str) -> str:
    """Without halves of pairs of surrogates, which no file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
