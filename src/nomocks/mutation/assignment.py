"""An assignment as its author wrote it: ``exercise.md`` and ``variants.py`` in one folder."""

import contextlib
import importlib
import os
import re
import runpy
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from nomocks.mutation.variants import Planted, Task, TaskVariants, Variants, planted

EXERCISE = "exercise.md"
PREAMBLE = "given"  # the module of an assignment's imports and given code
# Read here, because importing jupytext takes longer than checking a task does.
_CODE_CELL = re.compile(
    r"^```\{code-cell\}[^\n]*\n(?:---\n(?P<header>.*?)^---\n)?(?P<source>.*?)\n?^```$", re.M | re.S
)
_TASK_LINE = re.compile(r"\s*%%task\s+(\S+)\s*$")
BEGIN_SOLUTION, END_SOLUTION = "### BEGIN SOLUTION", "### END SOLUTION"
# No begin within: each is looked on from as far as the next one only, as students' cells are read
# by it too, and one may be full of them.
START = re.compile(
    r"^### BEGIN START\n((?:(?!### (?:BEGIN|END) START\n).*\n)*)### END START\n", re.M
)


class AssignmentError(ValueError):
    """What is wrong with an assignment, or why there is none, as one sentence."""


class MissingError(AssignmentError):
    """Why there is no such assignment here, as one sentence."""


@dataclass(frozen=True)
class Cell:
    """A code cell and what nbgrader is told about it; ``task`` is that of its ``%%task`` line."""

    grade_id: str | None
    source: str
    task: str | None
    points: float | None
    grade: bool
    solution: bool
    locked: bool


@dataclass(frozen=True)
class Assignment:
    """Tasks, variants, and the cells of the solution."""

    slug: str
    folder: Path
    variants: Variants

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The code cells of the exercise, with the solutions in them."""
        try:
            text = (self.folder / EXERCISE).read_text(encoding="utf-8")
            return tuple(
                _cell(yaml.safe_load(found["header"] or "") or {}, found["source"])
                for found in _CODE_CELL.finditer(text)
            )
        except (OSError, ValueError, AttributeError, yaml.YAMLError) as error:
            reason = str(error).splitlines()[0]
            raise AssignmentError(f"{self.folder / EXERCISE} can't be read: {reason}.") from None

    @cached_property
    def preamble(self) -> str:
        """What every task starts with: the locked cells "setup" and "given…", without magics."""
        return preamble_of(
            cell.source for cell in self.cells if re.match("setup$|given", cell.grade_id or "")
        )

    def task(self, name: str) -> Task:
        """The task of this name. Raises AssignmentError if there is none."""
        for task in self.variants.tasks:
            if task.name == name:
                return task
        known = ", ".join(task.name for task in self.variants.tasks)
        raise AssignmentError(f"{self.slug} has no task {name!r}: its tasks are {known}.")

    def against(self, name: str) -> TaskVariants:
        """What the tests of a task are run against. Raises AssignmentError on an unknown task."""
        return self.variants.of(self.task(name).name)

    def planted(self, name: str) -> dict[str, Planted]:
        """The changes of each variant of a task, by name, tried once. Raises VariantError."""
        if name not in self._planted:
            against = self.against(name)
            with importable(self):
                tried = {one.name: planted(one) for one in (*against.correct, *against.mutants)}
            self._planted[name] = tried
        return self._planted[name]

    @cached_property
    def _planted(self) -> dict[str, dict[str, Planted]]:
        return {}

    @property
    def graded(self) -> tuple[Task, ...]:
        """The tasks that give points, in order."""
        return tuple(task for task in self.variants.tasks if not task.example)

    def solution(self, name: str) -> str:
        """The reference solution's cell for a task: the last one, for an example.

        What the student's cell starts with, between BEGIN START and END START, is left out.
        """
        sources = [cell.source for cell in self.cells if cell.task == name]
        if not sources:
            raise AssignmentError(f'{self.folder / EXERCISE} has no cell "%%task {name}".')
        return without_start(sources[-1])

    def probes(self, name: str) -> str:
        """The text of the tests that a task's answer is tried by; raises AssignmentError."""
        path = self.folder / "probes" / f"{name}.py"
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise AssignmentError(f"{path} can't be read ({error}).") from None


def load(slug: str, start: Path, solutions: Path | None = None) -> Assignment:
    """The assignment of this name, from ``solutions``, or found from ``start`` upwards.

    Raises MissingError when there is no such assignment, AssignmentError when it can't be read.
    """
    parent = solutions or find_solutions(start)
    if not re.fullmatch(r"[\w-]+", slug) or not (parent / slug / "variants.py").is_file():
        raise MissingError(f"There is no assignment {slug!r} in {parent}: {_known(parent)}.")
    return read(parent / slug)


def read(folder: Path) -> Assignment:
    """The assignment in a folder. Raises AssignmentError when its variants can't be read."""
    path = folder / "variants.py"
    if not path.is_file():
        raise AssignmentError(f"{folder} has no variants.py: plant the bugs there.")
    try:
        variants = runpy.run_path(str(path)).get("VARIANTS")
    except Exception as error:  # whatever the author's code raises
        raise AssignmentError(f"{path} can't be read ({type(error).__name__}: {error}).") from None
    if not isinstance(variants, Variants):
        raise AssignmentError(f"{path} sets no VARIANTS: end it with VARIANTS = Variants(…).")
    for task in variants.tasks:
        names = Counter(variants.named(task.name))
        for name in (name for name, count in names.items() if count > 1):
            raise AssignmentError(
                f"{path} has several variants {name!r} in the task {task.name!r}: give each a name "
                "of its own."
            )
    return Assignment(folder.name, folder, variants)


def find_solutions(start: Path) -> Path:
    """``$NOMOCKS_SOLUTIONS``, else the first folder ``solutions`` from ``start`` upwards.

    An editable installation knows its own repository, so that is looked at last.
    """
    named = os.environ.get("NOMOCKS_SOLUTIONS")
    if named:
        return Path(named)
    here = start.resolve()
    for parent in (here, *here.parents, *Path(__file__).parents):
        if any((parent / "solutions").glob("*/variants.py")):
            return parent / "solutions"
    raise MissingError(
        f"There is no folder solutions/ in {here} or above: work inside a clone of the course, "
        "or set NOMOCKS_SOLUTIONS to that folder."
    )


@contextlib.contextmanager
def importable(assignment: Assignment) -> Iterator[None]:
    """A block in which the assignment's given code is a module, as where its tests run.

    Only where a variant changes that code, as all its imports are paid for.
    """
    if not assignment.variants.change(PREAMBLE):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="nomocks-given-") as folder:
        (Path(folder) / f"{PREAMBLE}.py").write_text(assignment.preamble, encoding="utf-8")
        sys.path.insert(0, folder)
        sys.modules.pop(PREAMBLE, None)
        importlib.invalidate_caches()
        try:
            yield
        finally:
            sys.path.remove(folder)
            sys.modules.pop(PREAMBLE, None)


def preamble_of(given: Iterable[str]) -> str:
    """The module ``given`` that these cells make, without magics."""
    lines = "\n\n\n".join(given).splitlines()
    return "\n".join(line for line in lines if not line.startswith("%")).strip() + "\n"


def without_start(source: str) -> str:
    """A cell of the solution without what the student's cell starts with."""
    return START.sub("", source) if BEGIN_SOLUTION in source else source


def task_of(source: str) -> str | None:
    """The task that a cell's first line ``%%task NAME`` names."""
    first, _, _ = source.partition("\n")
    match = _TASK_LINE.match(first)
    return match[1] if match else None


def _cell(header: dict[str, Any], source: str) -> Cell:
    nbgrader = header.get("nbgrader", {})
    return Cell(
        grade_id=nbgrader.get("grade_id"),
        source=source,
        task=task_of(source),
        points=nbgrader.get("points"),
        grade=bool(nbgrader.get("grade")),
        solution=bool(nbgrader.get("solution")),
        locked=bool(nbgrader.get("locked")),
    )


def _known(solutions: Path) -> str:
    slugs = sorted(path.parent.name for path in solutions.glob("*/variants.py"))
    return f"there is {', '.join(slugs)}" if slugs else "that folder holds none"
