"""What an observation depends on, as a digest: while it is the same, no run is needed again.

Hints, points and the words about a bug are not in it: they matter to what is said of an
observation, and not to the observation.
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
from nomocks.grading.process import time_limit
from nomocks.mutation.assignment import Assignment
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

    A key has three parts: of what tests run on, of the task, and of the student's cell.
    """

    def __init__(self, assignment: Assignment, versions: Versions, unsafe: bool) -> None:
        # What was seen without a sandbox is not believed where one was asked for.
        around = [
            versions.postgres,
            versions.python,
            dict(versions.libraries),
            versions.shop,
            unsafe,
            time_limit(),
        ]
        self._around = digest(around)
        self._tasks = {
            task.name: digest(_task(assignment, task.name)) for task in assignment.graded
        }

    @property
    def assignment(self) -> str:
        """That of all tasks together."""
        return digest(self._tasks)

    def key(self, task: str, cell: str | None) -> str:
        """That of a student's cell for a task; None if there is no such cell."""
        return "-".join([self._around, self._tasks[task], digest(cell)])

    def of_this(self, task: str, key: str) -> bool:
        """Whether what has this key was seen of the task as it is now."""
        return key.split("-")[1:2] == [self._tasks[task]]


def digest(content: Any) -> str:
    """A digest of anything that JSON can hold."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]


def _task(assignment: Assignment, name: str) -> list[Any]:
    against = assignment.against(name)
    probes = assignment.probes(name) if against.probes else ""
    variants = [_variant(one) for one in (*against.correct, *against.mutants)]
    return [assignment.preamble, probes, assignment.task(name).statements, variants]


def _variant(variant: Variant) -> str:
    planted = variant.name, variant.kind, variant.statements, variant.code
    return _ADDRESS.sub("", repr(planted))


def _sources(package: Path) -> str:
    folder = package.parent
    files = sorted(path for path in folder.rglob("*.py") if path.is_file())
    return digest(
        {str(path.relative_to(folder)): path.read_bytes().decode("latin-1") for path in files}
    )
