"""The zip that makes Gradescope grade an assignment
(gradescope-autograders.readthedocs.io/en/latest/specs).

It holds ``setup.sh``, which Gradescope runs once, ``run_autograder``, which it runs for each
submission, and what these need: the source of this course's tools, the locked requirements, and
the assignment with its solution. So a submission is graded there as here, in a sandbox; without one
``nomocks grade`` refuses, and no points are given.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from string import Template

from nomocks.grading.reveal import Reveal
from nomocks.mutation.assignment import AssignmentError, load

WHEN = (1980, 1, 1, 0, 0, 0)  # of each file, so that the same content makes the same zip
RUNNABLE, READABLE = 0o100755, 0o100644
NEEDED = ("LICENSE", "README.md", "pyproject.toml", "requirements.lock", "src")
NOT_GRADED = (
    "This submission could not be graded, and has no points yet. Hand in one notebook: the "
    "released one, with your tests in it. If you did, it is not your fault: tell your teacher."
)


def autograder_zip(
    assignment_slug: str,
    reveal: Reveal = Reveal.HINT,
    course: Path | None = None,
    solutions: Path | None = None,
) -> bytes:
    """The zip for one assignment, from a clone of the course: this one unless given.

    Raises AssignmentError when there is no such assignment, or no such clone.
    """
    root = course or Path(__file__).parents[4]
    missing = [name for name in NEEDED if not (root / name).exists()]
    if missing:
        raise AssignmentError(
            f"{root} is no clone of the course, it has no {missing[0]}: make the zip inside of one."
        )
    assignment = load(assignment_slug, root, solutions)
    values = {"slug": assignment.slug, "reveal": reveal.value}
    result = {"output": NOT_GRADED, "output_format": "text", "tests": []}
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as packed:
        _add(packed, "setup.sh", _script("setup.sh", {}), RUNNABLE)
        _add(packed, "run_autograder", _script("run_autograder.sh", values), RUNNABLE)
        _add(packed, "not_graded.json", json.dumps(result).encode())
        for name in NEEDED:
            for file in _files(root / name):
                _add(packed, file.relative_to(root).as_posix(), file.read_bytes())
        for file in _files(assignment.folder):
            inside = file.relative_to(assignment.folder.parent).as_posix()
            _add(packed, f"solutions/{inside}", file.read_bytes())
    return output.getvalue()


def _files(path: Path) -> Iterator[Path]:
    """A file, or all files below a folder but hidden and compiled ones, in order."""
    if path.is_file():
        yield path
        return
    for file in sorted(path.rglob("*")):
        parts = file.relative_to(path).parts
        left_out = any(part.startswith(".") or part == "__pycache__" for part in parts)
        if file.is_file() and not file.is_symlink() and not left_out:
            yield file


def _script(name: str, values: dict[str, str]) -> bytes:
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    return Template(text).substitute(values).encode() if values else text.encode()


def _add(packed: zipfile.ZipFile, name: str, content: bytes, mode: int = READABLE) -> None:
    entry = zipfile.ZipInfo(name, WHEN)
    entry.external_attr = mode << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    packed.writestr(entry, content)
