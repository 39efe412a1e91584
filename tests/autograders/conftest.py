"""The small assignment, and notebooks that a platform hands to its autograder."""

import tempfile
from pathlib import Path

import pytest

from nomocks.mutation.assignment import Assignment
from tests.batch import classes

COURSE = Path(__file__).parents[2]
EMAILS, BOTH = classes.EMAILS.format(n=1), (classes.EMAILS + classes.NAMES).format(n=1)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    """The assignment, in a folder ``solutions/small`` of its own."""
    return classes.assignment(tmp_path_factory.mktemp("course"))


def hand_in(folder: Path, answer: str, name: str = "exercise.ipynb") -> None:
    """A notebook in the folder that the platform hands over."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as made:
        path = classes.hand_in(Path(made), "one", f"%%task users\n{answer}")
        path.rename(folder / name)
