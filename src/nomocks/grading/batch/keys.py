"""What an observation depends on, as a digest: while it is the same, no run is needed again.

Hints, points and the words about a bug are not in it, nor its name: they matter to what is said of
an observation, and not to the observation.
"""

import hashlib
import importlib.metadata
import json
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shop
from nomocks.grading.batch.records import Kept
from nomocks.grading.process import time_limit
from nomocks.grading.result import State
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.matrix import KillMatrix
from nomocks.mutation.variants import Variant

_ADDRESS = re.compile(r" at 0x[0-9a-f]+")  # in the representation of an object
LIBRARIES = ("nomocks", "sqlalchemy", "asyncpg", "psycopg", "pytest")


@dataclass(frozen=True)
class Versions:
    """Of all that tests run on. ``shop`` is a digest of its sources."""

    postgres: str
    python: str
    libraries: Mapping[str, str]
    shop: str

    @property
    def nomocks(self) -> str:
        """Of this package."""
        return self.libraries["nomocks"]


def versions(postgres: str) -> Versions:
    """What is installed here, with a PostgreSQL of this version."""
    libraries = {name: importlib.metadata.version(name) for name in LIBRARIES}
    return Versions(postgres, platform.python_version(), libraries, _sources(Path(shop.__file__)))


class Keys:
    """The digests of an assignment's tasks. Raises AssignmentError when it can't be read.

    A key has four parts: of what tests run on, of what all variants of the task have in common, of
    these, and of the student's cell. While only the third is another, what was seen of the variants
    that are as they were still holds.
    """

    def __init__(self, assignment: Assignment, versions: Versions, isolation: str) -> None:
        # What was seen within other walls, or none, is not believed where these were asked for.
        around = [
            versions.postgres,
            versions.python,
            dict(versions.libraries),
            versions.shop,
            isolation,
            time_limit(),
        ]
        self._around = digest(around)
        names = [task.name for task in assignment.graded]
        self._variants = {name: _variants(assignment, name) for name in names}
        self._tasks = {
            name: (digest(_shared(assignment, name)), digest(self._variants[name]))
            for name in names
        }

    @property
    def assignment(self) -> str:
        """That of all tasks together."""
        return digest(self._tasks)

    def key(self, task: str, cell: str | None) -> str:
        """That of a student's cell for a task; None if there is no such cell."""
        return "-".join([self._around, *self._tasks[task], digest(cell)])

    def of_this(self, task: str, key: str) -> bool:
        """Whether what has this key was seen of the task as it is now."""
        return tuple(key.split("-")[1:3]) == self._tasks[task]

    def variants(self, task: str) -> Mapping[str, str]:
        """The digest of each variant of a task, by name."""
        return self._variants[task]

    def known(self, kept: Kept, cell: str | None) -> KillMatrix | None:
        """What was seen of variants that are as they were, under their names of today.

        None when it does not hold for another reason: see the parts of a key.
        """
        around, shared, _, of_cell = [*kept.key.split("-"), "", "", ""][:4]
        same = (around, shared, of_cell) == (self._around, self._tasks[kept.task][0], digest(cell))
        if not same or kept.observed.state is not State.GRADED:
            return None
        before = kept.observed.matrix
        matrix = KillMatrix(before.tests)
        for name, old in _same(self._variants[kept.task], kept.variants).items():
            for test in before.tests:
                for run in before.seen(test, old):
                    matrix.add(test, name, run)
        return matrix


def digest(content: Any) -> str:
    """A digest of anything that JSON can hold."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]


def _shared(assignment: Assignment, name: str) -> list[Any]:
    """What all observations of a task depend on; the original is among it."""
    against, task = assignment.against(name), assignment.task(name)
    probes = assignment.probes(name) if against.probes else ""
    original = _variant(against.references[0])
    return [assignment.preamble, probes, task.statements, task.literal, original]


def _variants(assignment: Assignment, name: str) -> dict[str, str]:
    against = assignment.against(name)
    return {one.name: _variant(one) for one in (*against.correct, *against.mutants)}


def _variant(variant: Variant) -> str:
    planted = variant.kind, variant.statements, variant.code
    return digest(_ADDRESS.sub("", repr(planted)))


def _same(now: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """The former name of each variant that is as it was: if there are several, its own."""
    names = {of: name for name, of in before.items()}
    return {
        name: name if before.get(name) == of else names[of]
        for name, of in now.items()
        if of in names
    }


def _sources(package: Path) -> str:
    folder = package.parent
    files = sorted(path for path in folder.rglob("*.py") if path.is_file())
    return digest(
        {str(path.relative_to(folder)): path.read_bytes().decode("latin-1") for path in files}
    )
