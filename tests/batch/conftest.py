"""The small assignment of the grading tests, and submissions for it."""

from pathlib import Path

import pytest

from nomocks.mutation.assignment import Assignment
from tests.batch import classes
from tests.batch.calls import SIZE, Class, grade


@pytest.fixture
def small(tmp_path: Path) -> Assignment:
    """The assignment, in a folder ``solutions/small`` of its own."""
    return classes.assignment(tmp_path)


@pytest.fixture(scope="session")
def students(tmp_path_factory: pytest.TempPathFactory) -> Class:
    """Twelve students."""
    folder = tmp_path_factory.mktemp("class")
    small, into = classes.assignment(folder), folder / "whole"
    submitted = classes.a_class(folder, SIZE)
    result = grade(submitted, into)
    assert result.exit_code == 0, result.output
    return Class(small, submitted, into, classes.seen_in(into), result.output)


@pytest.fixture
def few(small: Assignment) -> Path:
    """Four submissions of the test's own."""
    return classes.a_class(small.folder.parent.parent, 4)
