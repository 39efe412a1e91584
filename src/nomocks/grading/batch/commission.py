"""What a machine of a cluster is given to grade a batch, and must have for it: plain data."""

import importlib.metadata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nomocks
from nomocks.grading.batch.errors import BatchError
from nomocks.grading.batch.keys import Keys, digest, versions
from nomocks.grading.process import time_limit
from nomocks.mutation.assignment import Assignment, read
from nomocks.postgres.binaries import find_binaries

SOURCES = "the sources of "  # of a package, which are told apart by a digest


@dataclass(frozen=True)
class Commission:
    """A batch, for another machine: the assignment's files, and what must be the same there."""

    batch: str  # a name that no other batch has
    slug: str
    files: Mapping[str, bytes]
    digest: str  # of the assignment, as it is read here
    isolation: str
    needs: Mapping[str, str]

    def require(self) -> None:
        """Raises BatchError unless all is installed here that is needed, PostgresError."""
        has = software(find_binaries().version)
        for name, needed in self.needs.items():
            if has.get(name) != needed:
                raise BatchError(_other(name, has.get(name, "none"), needed))

    def written(self, folder: Path) -> Assignment:
        """The assignment, in a folder there. Raises BatchError if it is not what it was."""
        for name, content in self.files.items():
            path = folder / self.slug / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        assignment = read(folder / self.slug)
        keys = Keys(assignment, versions(find_binaries().version), self.isolation)
        if keys.assignment != self.digest:
            raise BatchError(f"{self.slug} is another assignment here: install the same packages.")
        return assignment


def commission(assignment: Assignment, keys: Keys, isolation: str) -> Commission:
    """The one for an assignment, whatever is in its folder. Raises BatchError, PostgresError."""
    folder = assignment.folder
    paths = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    try:
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    except OSError as error:
        raise BatchError(f"{folder} can't be read ({error.strerror}).") from None
    name = f"nomocks-{uuid.uuid4().hex}"
    needs = software(find_binaries().version)
    return Commission(name, assignment.slug, files, keys.assignment, isolation, needs)


def software(postgres: str) -> dict[str, str]:
    """All that must be the same wherever submissions of one batch are graded, by name."""
    installed = versions(postgres)
    return {
        "PostgreSQL": postgres,
        "Python": installed.python,
        **installed.libraries,
        "distributed": importlib.metadata.version("distributed"),
        f"{SOURCES}nomocks": _sources(),
        f"{SOURCES}the shop": installed.shop,
        "NOMOCKS_TEST_TIMEOUT": f"{time_limit():g}",
    }


@cache
def _sources() -> str:
    """A digest of this package, once, as what a process has imported stays as it was."""
    folders = [Path(folder) for folder in nomocks.__path__]
    files = sorted(path for folder in folders for path in folder.rglob("*.py"))
    return digest([digest(path.read_bytes().decode("latin-1")) for path in files])


def _other(name: str, has: str, needed: str) -> str:
    if name.startswith(SOURCES):
        return f"{name} are others here: install those of the batch, and start this worker again."
    return f"{name} is {has} here, and {needed} where the batch was started: make them the same."
