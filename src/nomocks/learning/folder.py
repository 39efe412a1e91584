"""Where a learner works: ``work/`` in the clone, which git leaves alone.

A chapter's copy is ``work/SLUG.ipynb``, an assignment's ``work/SLUG/exercise.ipynb``; so a chapter
lies as deep as the one that it was copied from, and its links and paths hold.
"""

from dataclasses import dataclass
from pathlib import Path

from nomocks.learning.errors import LearnerError
from nomocks.learning.progress import FILE

EXERCISE = "exercise.ipynb"


@dataclass(frozen=True)
class Folder:
    """The folder ``work/`` of a clone, whether it is there yet or not."""

    root: Path  # of the clone

    @property
    def path(self) -> Path:
        """The folder itself."""
        return self.root / "work"

    @property
    def progress(self) -> Path:
        """The file that holds what was reached."""
        return self.path / FILE

    @property
    def begun(self) -> bool:
        """Whether there is such a folder."""
        return self.progress.is_file()

    def copies(self) -> dict[Path, Path]:
        """Each notebook of the course, and where its copy belongs; chapters first."""
        chapters = sorted(self.root.glob("notebooks/*.ipynb"))
        exercises = sorted(self.root.glob(f"exercises/*/{EXERCISE}"))
        return {
            **{path: self.path / path.name for path in chapters},
            **{path: self.exercise(path.parent.name) for path in exercises},
        }

    def exercise(self, slug: str) -> Path:
        """Where the notebook of an assignment belongs."""
        return self.path / slug / EXERCISE

    def existing(self, slug: str) -> Path:
        """The learner's notebook of an assignment. Raises LearnerError if there is none."""
        path = self.exercise(slug)
        if path.is_file():
            return path
        known = sorted(found.parent.name for found in self.path.glob(f"*/{EXERCISE}"))
        there = f"there is {', '.join(known)}" if known else "run `nomocks work` first"
        raise LearnerError(f"{self.path} has no assignment {slug!r}: {there}.")


def progress_of(path: Path) -> Path | None:
    """The file of progress for a notebook there; None outside of a learner's folder."""
    for parent in path.resolve().parents:
        if (parent / FILE).is_file():
            return parent / FILE
    return None
