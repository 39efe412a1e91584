"""A file that was handed in, in a folder or in an archive: its name as text, and its bytes."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nomocks.grading.inert import one_line
from nomocks.grading.intake import IntakeError, read_some

NOTEBOOK, ARCHIVE = ".ipynb", ".zip"
BESIDE = ("timestamp.txt", "submission_metadata.yml")  # what platforms put beside submissions
# Copies that programs make, and what a student did not write.
_PASSED_OVER = {"__MACOSX", "__pycache__", "_build", "env", "node_modules", "venv"}


@dataclass(frozen=True)
class Entry:
    """A file or a folder. No part of its name is ever opened but by the folder that listed it.

    ``problem`` says why it is not read, to follow its name in a sentence.
    """

    parts: tuple[str, ...]  # below the folder or the archive that was pointed at
    path: Path  # on the disk; of a member, that of its archive
    reading: Callable[[], bytes] | None = None  # of a member of an archive
    descriptor: Callable[[], int] | None = None  # opens a file that is on the disk
    problem: str = ""
    is_folder: bool = False

    @property
    def name(self) -> str:
        """What messages call it."""
        return one_line("/".join(self.parts))

    def read(self) -> bytes:
        """What it holds, at most so much as a notebook may. Raises IntakeError beyond."""
        if self.reading:
            return self.reading()
        if not self.descriptor:
            raise IntakeError(self.complaint)
        with os.fdopen(self.descriptor(), "rb", buffering=0) as file:
            return read_some(file, self.name)

    @property
    def complaint(self) -> str:
        """The problem, as a sentence."""
        return f"{self.name} {self.problem}: ask for the notebook itself."

    def ends(self, suffix: str) -> bool:
        """Whether its name ends so."""
        return self.parts[-1].lower().endswith(suffix)


def is_known(parts: tuple[str, ...]) -> bool:
    """Whether a file may be of a submission, by its name: others are not kept in mind."""
    name = parts[-1].lower()
    return len(parts) == 1 or name in BESIDE or name.endswith((NOTEBOOK, ARCHIVE))


def is_passed_over(name: str) -> bool:
    """Whether a file or folder of this name is nobody's work."""
    return name.startswith(".") or name in _PASSED_OVER
