"""A course of nbgrader's: its settings, as nbgrader itself reads them, and where things are."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jupyter_core.paths import jupyter_config_path
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from nomocks.gradebook.errors import GradebookError
from nomocks.grading.intake import descriptor_of, read_some

CONFIG = "nbgrader_config.py"
LONGEST_TIME = 1000  # bytes


@dataclass(frozen=True)
class Course:
    """A course folder, with its settings."""

    config: Config
    directory: CourseDirectory

    @property
    def root(self) -> Path:
        """The folder of the course."""
        return Path(self.directory.root)

    @property
    def db_url(self) -> str:
        """Where the gradebook is."""
        return str(self.directory.db_url)

    @property
    def takes_new_students(self) -> bool:
        """Whether a student whom the gradebook does not know is added to it."""
        return bool(self.config.Autograde.get("create_student", True))

    def gradebook(self) -> Gradebook:
        """The gradebook, opened; a context manager. It is made if there is none."""
        with _own_commands():
            return Gradebook(self.db_url, self.directory.course_id)

    def source(self, slug: str) -> Path:
        """The folder of the author's notebooks."""
        return self._folder(self.directory.source_directory, ".", slug)

    def autograded(self, student: str, slug: str) -> Path:
        """The folder of the notebooks that Formgrader shows."""
        return self._folder(self.directory.autograded_directory, student, slug)

    def feedback(self, student: str, slug: str) -> Path:
        """The folder of the pages that a student gets back."""
        return self._folder(self.directory.feedback_directory, student, slug)

    def handed_in(self, student: str, slug: str) -> str | None:
        """When a student handed in, as nbgrader noted it: ``timestamp.txt``, UTC.

        None where there is no such file, or no time in it. What is there came from a student.
        """
        path = self._folder(self.directory.submitted_directory, student, slug) / "timestamp.txt"
        try:
            with os.fdopen(descriptor_of(path), "rb", buffering=0) as file:
                written = read_some(file, path.name, LONGEST_TIME)
            when: datetime = parse_utc(written.decode().strip())
        except (OSError, ValueError, OverflowError):
            return None
        return when.isoformat(sep=" ") + " UTC"

    def _folder(self, step: str, student: str, slug: str) -> Path:
        return Path(self.directory.format_path(step, student, slug))


def open_course(root: Path) -> Course:
    """The course in a folder. Raises GradebookError when there is none, or its settings fail."""
    if not root.is_dir():
        raise GradebookError(f"There is no folder {root}: name the one of your nbgrader course.")
    config = Config({"CourseDirectory": {"root": str(root.resolve())}})
    for folder in (*reversed(jupyter_config_path()), str(root)):
        if (Path(folder) / CONFIG).is_file():
            config.merge(_settings(folder))
    return Course(config, CourseDirectory(config=config))


@contextmanager
def _own_commands() -> Iterator[None]:
    """For a new gradebook nbgrader calls ``alembic``, which may be in this environment alone."""
    before = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _settings(folder: str) -> Config:
    try:
        found: Config = PyFileConfigLoader(CONFIG, path=folder).load_config()
    except Exception as error:  # whatever the teacher's code raises
        raise GradebookError(
            f"{Path(folder) / CONFIG} can't be read ({type(error).__name__}: {error})."
        ) from None
    return found
