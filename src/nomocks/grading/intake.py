"""A student's notebook as input: only the text of known cells is taken from it, by their id."""

import json
import math
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from nomocks.grading.inert import one_line

LARGEST = 10 * 1024 * 1024  # bytes
MOST_CELLS = 1000
LONGEST_CELL = 100_000  # characters
MOST_TEXT = 500_000  # characters of all cells that are kept
LONGEST_NUMBER = 100  # digits
CHUNK = 64 * 1024  # bytes that are read at once
_ID = re.compile(r"[\w-]{1,100}", re.ASCII)  # what nbgrader takes as one
_SLUG = re.compile(r"[\w-]{1,100}")
_NO_CHARACTER = re.compile("[\0\ud800-\udfff]")  # half of a pair of surrogates is none


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes | None: ...


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
    name = one_line(str(path))
    try:
        with os.fdopen(descriptor_of(path), "rb", buffering=0) as file:
            return submission(read_some(file, name), path, name)
    except FileNotFoundError:
        raise IntakeError(f"There is no file {name}: check the name.") from None
    except OSError as error:
        raise IntakeError(
            f"{name} can't be read ({error.strerror}): check what it is, and who may read it."
        ) from None


def submission(content: bytes, path: Path, name: str) -> Submission:
    """The submission that the bytes of a file hold; ``name`` is what messages call it.

    Raises IntakeError when they are no notebook.
    """
    try:
        return _submission(content, path)
    except _CopiedError as error:
        raise IntakeError(
            f"{name} has two cells with the id {str(error)!r}: delete the copy, or start again "
            "from the released notebook."
        ) from None
    except ValueError as error:
        raise IntakeError(
            f"{name} is not a notebook that can be read ({error}): open it in JupyterLab and save "
            "it, or start again from the released one."
        ) from None


def descriptor_of(path: str | Path, folder: int | None = None, follow: bool = True) -> int:
    """Open a regular file, in a folder's descriptor if given. Raises OSError on anything else.

    A pipe or a device is not waited for and not read.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | (0 if follow else os.O_NOFOLLOW)
    # By its status first: to open a device may already be an act.
    if stat.S_ISREG(os.stat(path, dir_fd=folder, follow_symlinks=follow).st_mode):
        descriptor = os.open(path, flags, dir_fd=folder)
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            return descriptor
        os.close(descriptor)
    raise OSError(0, "it is no regular file")


def read_some(file: Readable, name: str, most: int = LARGEST) -> bytes:
    """What a binary file holds, whatever size it claims. Raises IntakeError beyond ``most``."""
    parts, size = [], 0
    while size <= most and (part := file.read(CHUNK)):
        parts.append(part)
        size += len(part)
    if size > most:
        raise IntakeError(
            f"{name} is larger than {most // 2**20} MB, so it is not read: clear its outputs, "
            "and save it again."
        )
    return b"".join(parts)


class _CopiedError(ValueError):
    """The id that two cells have."""


def _submission(content: bytes, path: Path) -> Submission:
    notebook = _json(content)
    if notebook.get("nbformat") != 4 or not isinstance(notebook.get("cells"), list):
        raise ValueError("it has no list of cells in the format 4")
    if len(notebook["cells"]) > MOST_CELLS:
        raise ValueError(f"it has more than {MOST_CELLS} cells")
    known: dict[str, str] = {}
    for grade_id, source in _code_cells(notebook["cells"]):
        if grade_id in known:
            raise _CopiedError(grade_id)
        known[grade_id] = source
    if sum(map(len, known.values())) > MOST_TEXT:
        raise ValueError(f"its cells hold more than {MOST_TEXT} characters")
    named = _dict(_dict(notebook.get("metadata")).get("nomocks")).get("assignment")
    if named is not None and not (isinstance(named, str) and _SLUG.fullmatch(named)):
        raise ValueError("it names an assignment that there can't be")
    return Submission(path, named, known)


def _json(content: bytes) -> dict[str, Any]:
    try:
        notebook = json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=_without_duplicates,
            parse_constant=_refuse,
            parse_int=_int,
            parse_float=_float,
        )
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except UnicodeDecodeError:
        raise ValueError("it is not text in UTF-8") from None
    except ValueError as error:
        raise ValueError(f"it is no JSON, {error}") from None
    if not isinstance(notebook, dict):
        raise ValueError("it is no JSON object")
    return notebook


def _code_cells(cells: list[Any]) -> Iterator[tuple[str, str]]:
    for cell in cells:
        cell = _dict(cell)
        grade_id = _dict(_dict(cell.get("metadata")).get("nbgrader")).get("grade_id")
        if cell.get("cell_type") != "code" or not isinstance(grade_id, str):
            continue
        if _ID.fullmatch(grade_id):
            yield grade_id, _text(cell.get("source"))


def _text(source: Any) -> str:
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise ValueError("a cell has no text")
    if len(source) > LONGEST_CELL:
        raise ValueError(f"a cell has more than {LONGEST_CELL} characters")
    if _NO_CHARACTER.search(source):
        raise ValueError("a cell holds a code that is no character")
    return source


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is there twice")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _int(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:  # beyond some thousand, Python refuses them at length
        raise ValueError(f"a number has more than {LONGEST_NUMBER} digits")
    return int(digits)


def _float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("a number is too large")
    return number


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
