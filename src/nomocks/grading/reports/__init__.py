"""Reports for the tools that teachers have. Each module in this folder is a format, and no other.

A format has two names:

- ``FILE``: where its file goes, below the folder of the reports. With ``{student}`` in it, as in
  ``students/{student}.md``, each student has a file; without, as in ``canvas.csv``, the class has
  one.
- ``render``: the content, ``str``, ``bytes`` or an iterator of ``str``. Of a student's file it is
  ``render(graded: Graded, reveal: Reveal)``, of the class's
  ``render(graded: Iterable[Graded], reveal: Reveal)``.

A class may be large: its iterable can be gone through once, and ``render`` keeps of each student no
more than a few words, or yields what it writes, student by student.

All that came from a student (their name, the names of their tests, what these said) goes through
``nomocks.grading.inert``, or is escaped.
"""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import Queue
from typing import Any

from nomocks.grading.graded import Graded
from nomocks.grading.inert import file_name
from nomocks.grading.reveal import Reveal

WAITING = 8  # students that a slow format may be behind
STUDENT = "{student}"

Content = str | bytes | Iterator[str]


class ReportError(ValueError):
    """Which format there is not, as one sentence."""


def formats() -> tuple[str, ...]:
    """The names of all formats."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def write(
    graded: Iterable[Graded], folder: Path, formats: Sequence[str], reveal: Reveal
) -> list[Path]:
    """Write the reports of a class in each of these formats, one student at a time.

    Raises ReportError if there is no such format, OSError if a file can't be written.
    """
    modules = [_format(name) for name in formats]
    written: list[Path] = []
    with ExitStack() as stack:
        readers = [
            stack.enter_context(_Reader(module, folder / module.FILE, reveal))
            for module in modules
            if STUDENT not in module.FILE
        ]
        for one in graded:
            for module in modules:
                if STUDENT in module.FILE:
                    name = module.FILE.replace(STUDENT, file_name(one.student))
                    written.append(_put(folder / name, module.render(one, reveal)))
            for reader in readers:
                reader.give(one)
    return [*written, *(reader.written() for reader in readers)]


class _Reader:
    """A format of the whole class, which reads the students in a thread of its own."""

    def __init__(self, module: Any, file: Path, reveal: Reveal) -> None:
        self._module, self._file, self._reveal = module, file, reveal
        self._students: Queue[Graded | BaseException | None] = Queue(WAITING)

    def __enter__(self) -> "_Reader":
        self._pool = ThreadPoolExecutor(1)
        self._writing: Future[Path] = self._pool.submit(self._write)
        return self

    def __exit__(self, _: object, problem: BaseException | None, __: object) -> None:
        self._students.put(problem)
        self._pool.shutdown()

    def give(self, graded: Graded) -> None:
        """Hand over the next student; waits when the format is behind."""
        self._students.put(graded)

    def written(self) -> Path:
        """The file, once all students are in it. Raises what ``render`` raised."""
        return self._writing.result()

    def _write(self) -> Path:
        students = self._taken()
        try:
            return _put(self._file, self._module.render(students, self._reveal))
        finally:
            for _ in students:  # what it has not read, so that nobody waits for it
                pass

    def _taken(self) -> Iterator[Graded]:
        while (one := self._students.get()) is not None:
            if isinstance(one, BaseException):
                raise one  # so that half a class is not taken for the whole
            yield one


def _format(name: str) -> Any:
    if name not in formats():
        raise ReportError(f"There is no format {name!r}: choose from {', '.join(formats())}.")
    return importlib.import_module(f"{__name__}.{name}")


def _put(path: Path, content: Content) -> Path:
    """Write a file, which stands under its name when it is complete and not before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        if isinstance(content, str | bytes):
            unfinished.write_bytes(content.encode() if isinstance(content, str) else content)
        else:
            with unfinished.open("w", encoding="utf-8", newline="") as file:
                file.writelines(content)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return unfinished.replace(path)
