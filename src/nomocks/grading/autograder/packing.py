"""All that another machine needs to grade one assignment, as the files of a zip.

That is the source of this course's tools, the locked requirements, and the assignment without its
solutions, which grading does not need. So a submission is graded there as here, in a sandbox;
without one ``nomocks grade`` refuses, and no points are given.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from nomocks.mutation.assignment import BEGIN_SOLUTION, END_SOLUTION, EXERCISE, AssignmentError
from nomocks.mutation.assignment import load as load_assignment

WHEN = (1980, 1, 1, 0, 0, 0)  # of each file, so that the same content makes the same zip
RUNNABLE, READABLE = 0o100755, 0o100644
NEEDED = ("LICENSE", "README.md", "pyproject.toml", "requirements.lock", "src")
_SOLUTION = re.compile(rf"^{BEGIN_SOLUTION}\n.*?^{END_SOLUTION}\n", re.M | re.S)

File = tuple[str, bytes, int]  # its path, its content, and who may run it


def course_files(
    slug: str, course: Path | None = None, solutions: Path | None = None
) -> Iterator[File]:
    """The files for one assignment, from a clone of the course: this one unless given.

    Raises AssignmentError when there is no such assignment, or no such clone.
    """
    root = course or Path(__file__).parents[4]
    missing = [name for name in NEEDED if not (root / name).exists()]
    if missing:
        raise AssignmentError(
            f"{root} is no clone of the course, it has no {missing[0]}: make the files inside of "
            "one."
        )
    assignment = load_assignment(slug, root, solutions)
    for name in NEEDED:
        for file in _files(root / name):
            yield file.relative_to(root).as_posix(), file.read_bytes(), READABLE
    for file in _files(assignment.folder):
        inside = file.relative_to(assignment.folder.parent).as_posix()
        content = file.read_bytes()
        if file.name == EXERCISE:
            content = _SOLUTION.sub("", content.decode()).encode()
        yield f"solutions/{inside}", content, READABLE


def zipped(files: Iterable[File]) -> bytes:
    """A zip of these files; of the same files, always the same."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content, mode in files:
            entry = zipfile.ZipInfo(name, WHEN)
            entry.external_attr = mode << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, content)
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
