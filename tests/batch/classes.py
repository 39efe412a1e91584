"""A class of students, and what the results store says of them."""

import json
from pathlib import Path

from nomocks.grading.batch.gradebook import Gradebook
from nomocks.grading.batch.keys import Keys, versions
from nomocks.grading.batch.store import FILE, Store
from nomocks.mutation.assignment import Assignment, read
from tests.grading.conftest import EXERCISE, VARIANTS

EMAILS = """
async def test_emails_{n}(session):
    session.add_all([User(email="a@b.c", name="A"), User(email="a@b.c", name="B")])
    with pytest.raises(IntegrityError):
        await session.flush()
"""
NAMES = """
async def test_names_{n}(session):
    session.add(User(email="a@b.c"))
    with pytest.raises(IntegrityError):
        await session.flush()
"""
NOTHING = """
async def test_nothing_{n}():
    assert True
"""
FAILING = """
async def test_failing_{n}(session):
    assert await session.scalar(select(func.count()).select_from(User)) == 3
"""
BROKEN = "def test_{n}(:\n"
KINDS = (EMAILS + NAMES, EMAILS, NAMES, NOTHING, FAILING + EMAILS, BROKEN, "")
POINTS = (3, 2, 1, 0, 2, 0, 0)


def answer(number: int) -> str:
    """The cell of one of the students, who differ."""
    return "%%task users\n" + KINDS[number % len(KINDS)].format(n=number)


def assignment(folder: Path) -> Assignment:
    """The small assignment, in a folder ``solutions`` there."""
    small = folder / "solutions" / "small"
    small.mkdir(parents=True, exist_ok=True)
    (small / "exercise.md").write_text(EXERCISE)
    (small / "variants.py").write_text(VARIANTS)
    return read(small)


def hand_in(folder: Path, student: str, cell: str | None) -> Path:
    """A student's notebook, where nbgrader collects it; without the task's cell if None."""
    cells = [{"cell_type": "markdown", "source": "# Words", "metadata": {}}]
    if cell is not None:
        metadata = {"nbgrader": {"grade_id": "users"}}
        cells.append({"cell_type": "code", "source": cell, "metadata": metadata})  # type: ignore[dict-item]
    content = {"nbformat": 4, "metadata": {"nomocks": {"assignment": "small"}}, "cells": cells}
    path = folder / student / "small" / "exercise.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return path


def a_class(folder: Path, size: int) -> Path:
    """So many submissions, in a folder ``submitted`` there."""
    for number in range(size):
        hand_in(folder / "submitted", f"student-{number:02}", answer(number))
    return folder / "submitted"


def seen_in(folder: Path) -> dict[str, object]:
    """All that the store of a folder holds of each student, but for times and calls."""
    with Store(folder / FILE) as store:
        return {
            student: (
                store.submission(student),
                store.adjustments(student),
                {
                    kept.task: (
                        kept.key,
                        kept.seed,
                        kept.unsafe,
                        kept.observed.state,
                        kept.observed.message,
                        kept.observed.matrix.tests,
                        {
                            where: [(run.outcome, run.detail) for run in runs]
                            for where, runs in kept.observed.matrix.cells.items()
                        },
                    )
                    for kept in store.tasks(student)
                },
            )
            for student in store.students()
        }


def marks(folder: Path, small: Assignment) -> dict[str, float]:
    """The points of each student, as the reports have them."""
    with Store(folder / FILE) as store:
        run = store.last_run()
        assert run is not None
        book = Gradebook(store, small, Keys(small, versions(run.postgres), run.isolation))
        return {graded.student: graded.points for graded in book}
