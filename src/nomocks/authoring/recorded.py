"""Outputs of cells that need a MariaDB: recorded where there is one, shown where there is none.

Such a cell has the tag ``mariadb`` and a name. ``book/recorded/NN-topic.json`` holds what each of
them showed in the last build that had the option ``--record``, of which MariaDB, where, and when.
"""

import copy
import hashlib
import json
import platform
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from nomocks.authoring.failures import BuildFailed
from nomocks.mariadb import installed_version

TAG = "mariadb"
COLOR = re.compile(r"\\u001b\[[0-9;]*m")
CARETS = re.compile(r"\\n *[\^~]+(?=\\n)")
AGAIN = "run `nomocks build --record` where a MariaDB is installed"


def depends(chapter: Path, notebook: NotebookNode) -> str:
    """What the outputs of a chapter depend on besides its code: empty if it needs no MariaDB."""
    if not any(_tagged(notebook)):
        return ""
    version, path = installed_version(), path_of(chapter)
    return version or (path.read_text("utf-8") if path.exists() else "none")


def record(chapter: Path, notebook: NotebookNode) -> bool:
    """Write what the tagged cells have shown, if it is another than before; says if it was."""
    cells = _shown(notebook)
    if not cells:
        return False
    path = path_of(chapter)
    before = json.loads(path.read_text("utf-8")) if path.exists() else {}
    if before.get("cells") == cells and before.get("mariadb") == installed_version():
        return False
    new = {
        "mariadb": installed_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "date": datetime.now(UTC).date().isoformat(),
        "cells": cells,
    }
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(new, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return True


def show(chapter: Path, notebook: NotebookNode) -> None:
    """Put the recorded outputs in the place of what the tagged cells have shown, under a note.

    Raises BuildFailed if they are not those of these cells.
    """
    wrong = list(outdated(chapter, notebook))
    if wrong:
        raise BuildFailed(f"{chapter.name}: {'; '.join(wrong)}: {AGAIN}.")
    cells = list(_tagged(notebook))
    if not cells:
        return
    recorded = json.loads(path_of(chapter).read_text("utf-8"))
    for cell in cells:
        outputs = recorded["cells"][cell.metadata["name"]]["outputs"]
        cell["outputs"] = [_note(recorded), *(NotebookNode(one) for one in copy.deepcopy(outputs))]


def outdated(chapter: Path, notebook: NotebookNode) -> Iterator[str]:
    """Each cell whose source is not the one that was recorded, and what was left over."""
    path = path_of(chapter)
    recorded = json.loads(path.read_text("utf-8"))["cells"] if path.exists() else {}
    cells = list(_tagged(notebook))
    for cell in cells:
        name = cell.metadata.get("name", "")
        if not name:
            yield f"a cell with the tag {TAG} has no name"
        elif recorded.get(name, {}).get("source") != _digest(cell):
            yield f"the cell {name} was not recorded as it is now"
    for name in sorted(recorded.keys() - {cell.metadata.get("name") for cell in cells}):
        yield f"the cell {name} was recorded and has no tag {TAG}"


def changed(chapter: Path, notebook: NotebookNode) -> Iterator[str]:
    """Each cell of an executed notebook that shows something else than what was recorded."""
    path = path_of(chapter)
    recorded = json.loads(path.read_text("utf-8"))["cells"] if path.exists() else {}
    for name, shown in _shown(notebook).items():
        before = recorded.get(name, {}).get("outputs", [])
        if _comparable(before) != _comparable(shown["outputs"]):
            yield f"the cell {name} shows something else than what was recorded: {AGAIN}"


def path_of(chapter: Path) -> Path:
    """Where a chapter's outputs are recorded."""
    return chapter.parent / "recorded" / f"{chapter.stem}.json"


def _shown(notebook: NotebookNode) -> dict[str, Any]:
    return {
        cell.metadata["name"]: {"source": _digest(cell), "outputs": _plain(cell.outputs)}
        for cell in _tagged(notebook)
    }


def _tagged(notebook: NotebookNode) -> Iterator[NotebookNode]:
    for cell in notebook.cells:
        if cell.cell_type == "code" and TAG in cell.metadata.get("tags", []):
            yield cell


def _digest(cell: NotebookNode) -> str:
    return hashlib.sha256(cell.source.encode()).hexdigest()[:16]


def _plain(outputs: list[NotebookNode]) -> Any:
    """As they come back from JSON. How often a cell was run before is chance."""
    plain = json.loads(json.dumps(outputs))
    for output in plain:
        if "execution_count" in output:
            output["execution_count"] = None
    return plain


def _comparable(outputs: Any) -> str:
    """Without colors, and the carets by which each Python underlines another part of a line."""
    text = json.dumps(outputs, sort_keys=True, ensure_ascii=False)
    return CARETS.sub("", COLOR.sub("", text))


def _note(recorded: dict[str, str]) -> NotebookNode:
    text = (
        f"Recorded on {recorded['date']} with MariaDB {recorded['mariadb']} on "
        f"{recorded['platform']}: there is no MariaDB where this page was built."
    )
    html = f'<p class="recorded">{escape(text)}</p>'
    note: NotebookNode = new_output("display_data", {"text/plain": text, "text/html": html})
    return note
