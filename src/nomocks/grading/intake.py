"""A student's notebook as input: only the text of known cells is taken from it, by their id."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LARGEST = 10 * 1024 * 1024  # bytes


class IntakeError(ValueError):
    """Why a file can't be taken as a notebook, as one sentence."""


@dataclass(frozen=True)
class Submission:
    """The code cells of a notebook that have an nbgrader id, and the assignment it names."""

    path: Path
    assignment: str | None
    cells: dict[str, str]


def read_submission(path: Path) -> Submission:
    """Read a notebook. Raises IntakeError when it is missing, too large, or not a notebook."""
    notebook = _json(path)
    cells = notebook.get("cells")
    if notebook.get("nbformat") != 4 or not isinstance(cells, list):
        raise _corrupt(path, "it has no list of cells")
    known: dict[str, str] = {}
    for grade_id, source in _code_cells(path, cells):
        if grade_id in known:
            raise IntakeError(
                f"{path} has two cells with the id {grade_id!r}: delete the copy, or start again "
                "from the released notebook."
            )
        known[grade_id] = source
    named = _dict(_dict(notebook.get("metadata")).get("nomocks")).get("assignment")
    return Submission(path, named if isinstance(named, str) else None, known)


def _json(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST:
            raise IntakeError(
                f"{path} is larger than {LARGEST // 2**20} MB, so it is not read: clear its "
                "outputs, and save it again."
            )
        notebook = json.loads(
            path.read_bytes(), object_pairs_hook=_without_duplicates, parse_constant=_refuse
        )
    except FileNotFoundError:
        raise IntakeError(f"There is no file {path}: check the name.") from None
    except OSError as error:
        raise IntakeError(f"{path} can't be read ({error.strerror}).") from None
    except RecursionError:
        raise _corrupt(path, "it is nested too deeply") from None
    except UnicodeDecodeError:
        raise _corrupt(path, "it is not text") from None
    except ValueError as error:
        if isinstance(error, IntakeError):
            raise
        raise _corrupt(path, f"it is no JSON, {error}") from None
    if not isinstance(notebook, dict):
        raise _corrupt(path, "it is no JSON object")
    return notebook


def _code_cells(path: Path, cells: list[Any]) -> Iterator[tuple[str, str]]:
    for cell in cells:
        cell = _dict(cell)
        grade_id = _dict(_dict(cell.get("metadata")).get("nbgrader")).get("grade_id")
        if cell.get("cell_type") != "code" or not isinstance(grade_id, str):
            continue
        source = cell.get("source")
        if isinstance(source, list) and all(isinstance(line, str) for line in source):
            source = "".join(source)
        if not isinstance(source, str):
            raise _corrupt(path, "a cell has no text")
        yield grade_id, source


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is there twice")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _corrupt(path: Path, reason: str) -> IntakeError:
    return IntakeError(
        f"{path} is not a notebook that can be read ({reason}): open it in JupyterLab and save it, "
        "or start again from the released one."
    )
