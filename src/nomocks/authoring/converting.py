"""From a MyST text to a notebook whose bytes depend on the text alone."""

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

import jupytext  # type: ignore[import-untyped]
import nbformat
from nbformat import NotebookNode

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def to_notebook(text: str) -> NotebookNode:
    """The notebook that a MyST text describes, with the same metadata always."""
    notebook: NotebookNode = jupytext.reads(text, fmt="md:myst")
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def as_text(notebook: NotebookNode, name: str) -> str:
    """The file's content. Each cell's id is a hash of the file's name, its type and its text."""
    seen: Counter[str] = Counter()
    for cell in notebook.cells:
        content = f"{name}\0{cell.cell_type}\0{cell.source}"
        seen[content] += 1
        cell.id = hashlib.sha256(f"{content}\0{seen[content]}".encode()).hexdigest()[:16]
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    written: Any = nbformat.writes(notebook)
    return f"{str(written).rstrip()}\n"


def write_or_compare(path: Path, text: str, compare: bool) -> bool:
    """Whether the file holds this text already. Unless only comparing, it does afterwards."""
    same = path.is_file() and path.read_text(encoding="utf-8") == text
    if not same and not compare:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return same
