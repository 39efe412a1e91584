"""After a change of an assignment, what was seen of the variants that stay is not run again."""

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from nomocks.grading.batch.plan import Extent
from nomocks.grading.result import State, TaskResult
from nomocks.grading.sandbox.worker import Worker
from nomocks.mutation.assignment import Assignment, read
from nomocks.mutation.matrix import KillMatrix
from tests.batch import classes
from tests.batch.classes import EMAILS, FAILING, NAMES, NOTHING
from tests.batch.counting import SEED, Graded, Ran, graded
from tests.grading.conftest import EXERCISE, VARIANTS

CATALOG = """
async def test_catalog_{n}(session):
    of_users = "conrelid = 'users'::regclass AND contype = 'u'"
    assert await session.scalar(text(f"SELECT count(*) FROM pg_constraint WHERE {of_users}"))
"""
SWITCHED = """
async def test_switched(session):
    assert os.path.exists("{n}")
"""
ANSWERS = (EMAILS + NAMES, NAMES + NOTHING, FAILING + EMAILS, CATALOG + EMAILS, CATALOG)
POINTS = [3, 1, 2, 2, 0]
CELLS = {
    f"student-{number}": "%%task users\n" + answer.replace("{n}", str(number))
    for number, answer in enumerate(ANSWERS)
}
ORIGINAL = "as-it-is"
MUTANT = VARIANTS[VARIANTS.index('        Mutant(\n            "nameless"') : -len("    ),\n)\n")]
TWIN = VARIANTS[VARIANTS.index("        Twin(") : VARIANTS.index("    ),\n    mutants=")]
DROPPED = '(drop_constraint("users", "uq_users_email"),)'
BY_INDEX = 'unique_by_index("users", "uq_users_email", "email")'
RENAMED = "uq_users_email TO one_email"
NO_NAME = '(drop_not_null("users", "name"),)'
HARMLESS = '("ALTER TABLE users ALTER active SET DEFAULT false",)'


def exchanged(old: str, new: str) -> str:
    assert VARIANTS.count(old) == 1
    return VARIANTS.replace(old, new)


# What is changed, the text of the variants then, and those of which nothing is known.
EDITS = {
    "a mutant mended": (exchanged(DROPPED, HARMLESS), {"twice"}),
    "a mutant added": (
        exchanged(MUTANT, MUTANT + MUTANT.replace("nameless", "none").replace("name", "email")),
        {"none"},
    ),
    "a mutant removed": (exchanged(MUTANT, ""), set()),
    "a mutant renamed": (exchanged('"nameless"', '"anonymous"'), set()),
    "a twin mended": (exchanged(BY_INDEX, HARMLESS), {"by-index"}),
    "a twin added": (
        exchanged(TWIN, TWIN + TWIN.replace("by-index", "harmless").replace(BY_INDEX, HARMLESS)),
        {"harmless"},
    ),
    "a twin removed": (exchanged(TWIN, ""), set()),
    "a reference mended": (exchanged(RENAMED, "uq_users_email TO an_email"), {"renamed"}),
    "a reference made wrong": (
        exchanged(f"RENAME CONSTRAINT {RENAMED}", "DROP CONSTRAINT uq_users_email CASCADE"),
        {"renamed"},
    ),
    "a mutant made a twin": (
        exchanged(MUTANT, "").replace(
            TWIN,
            TWIN + TWIN.replace("by-index", "nameless").replace(BY_INDEX, NO_NAME),
        ),
        {"nameless"},
    ),
}


# A test had its second run on what is gone, or a kill is confirmed by a test that is valid now.
MORE = {"a twin removed": 4, "a twin mended": 2}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a class that is graded, its assignment beside."""
    folder = tmp_path_factory.mktemp("first")
    whole = graded(classes.assignment(folder), CELLS, folder / "graded")
    assert set(whole.extents) == {Extent.FULL}
    assert points(whole) == POINTS
    return folder


@pytest.fixture
def into(first: Path, tmp_path: Path) -> Path:
    """The same with a store of the test's own."""
    shutil.copytree(first / "graded", tmp_path / "graded")
    return tmp_path / "graded"


def edited(folder: Path, variants: str = VARIANTS, exercise: str = EXERCISE) -> Assignment:
    small = classes.assignment(folder)
    (small.folder / "variants.py").write_text(variants)
    (small.folder / "exercise.md").write_text(exercise)
    return read(small.folder)


def judged(whole: Graded) -> dict[str, TaskResult]:
    """The results but for what each run was like, and how many there were."""
    return {
        student: replace(result, matrix=KillMatrix(result.matrix.tests, {}), seconds=0.0)
        for student, result in whole.results.items()
    }


def points(whole: Graded) -> list[float]:
    return [whole.results[student].points for student in CELLS]


def on(ran: Ran, *variants: str) -> Counter[str]:
    return Counter(test for test, variant in ran if variant in variants)


@pytest.mark.parametrize("edit", EDITS)
def test_only_what_changed_is_run_and_the_marks_are_those_of_a_grade_from_scratch(
    into: Path, tmp_path: Path, edit: str
) -> None:
    text, unknown = EDITS[edit]
    small = edited(tmp_path, text)
    part, whole = graded(small, CELLS, into), graded(small, CELLS, tmp_path / "scratch")
    assert judged(part) == judged(whole)
    for student, result in whole.results.items():
        outcomes = {
            where: {run.outcome for run in runs} for where, runs in result.matrix.cells.items()
        }
        assert outcomes == {
            where: {run.outcome for run in runs}
            for where, runs in part.results[student].matrix.cells.items()
        }
    assert set(part.extents) == {Extent.PART}
    assert on(part.ran, *unknown) == on(whole.ran, *unknown)
    assert set(on(part.ran, ORIGINAL)) == set(on(whole.ran, ORIGINAL))
    needed = len(on(part.ran, ORIGINAL)) + on(part.ran, *unknown).total()
    assert len(part.ran) - needed == MORE.get(edit, 0)
    assert graded(small, CELLS, into).ran == []


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        (exchanged("points=2", "points=5"), [6, 1, 5, 5, 0]),
        (exchanged("The first hint.", "Another hint."), POINTS),
        (exchanged("Two users may have one email.", "A bug."), POINTS),
        (exchanged("a unique index instead", "another twin"), POINTS),
        (exchanged(MUTANT, "").replace("    mutants=(\n", f"    mutants=(\n{MUTANT}"), POINTS),
    ],
    ids=["points", "hint", "bug", "summary", "order"],
)
def test_what_matters_to_no_run_needs_none(
    into: Path, tmp_path: Path, text: str, marks: list[float]
) -> None:
    again = graded(edited(tmp_path, text), CELLS, into)
    assert again.ran == []
    assert set(again.extents) == {Extent.NONE}
    assert points(again) == marks


@pytest.mark.parametrize(
    ("variants", "exercise"),
    [
        (exchanged('Task("users", "Users")', 'Task("users", "Users", statements=9)'), EXERCISE),
        (VARIANTS, EXERCISE.replace("import asyncio, os, time", "import os, asyncio, time")),
        (exchanged('"the schema as it is"', f'"as it is", {HARMLESS}'), EXERCISE),
    ],
    ids=["statements", "preamble", "original"],
)
def test_what_matters_to_all_runs_repeats_them_all(
    into: Path, tmp_path: Path, variants: str, exercise: str
) -> None:
    small = edited(tmp_path, variants, exercise)
    part, whole = graded(small, CELLS, into), graded(small, CELLS, tmp_path / "scratch")
    assert Counter(part.ran) == Counter(whole.ran)
    assert set(part.extents) == {Extent.FULL}


def test_another_cell_is_run_in_full_and_the_others_are_not(into: Path, tmp_path: Path) -> None:
    cells = CELLS | {"student-1": CELLS["student-0"]}
    part = graded(classes.assignment(tmp_path), cells, into)
    assert Counter(part.extents) == {Extent.FULL: 1, Extent.NONE: len(CELLS) - 1}
    assert {test for test, _ in part.ran} == {"test_emails_0", "test_names_0"}


def test_a_test_that_does_otherwise_on_the_original_has_all_of_its_runs_made_again(
    tmp_path: Path,
) -> None:
    switch = tmp_path / "switch"
    cells = {"ann": "%%task users\n" + SWITCHED.replace("{n}", str(switch)) + NAMES.format(n=1)}
    before = graded(classes.assignment(tmp_path), cells, tmp_path / "graded")
    switch.touch()
    small = edited(tmp_path, EDITS["a mutant mended"][0])
    part, whole = (graded(small, cells, tmp_path / into) for into in ("graded", "scratch"))
    assert Counter(part.ran) == Counter(whole.ran)
    assert judged(part) == judged(whole) != judged(before)
    assert {one.results["ann"].state for one in (before, part)} == {State.GRADED}


def test_what_hung_is_run_in_full(tmp_path: Path) -> None:
    leaves = "async def test_that_leaves():\n    os._exit(0)\n"
    cells = {"ann": "%%task users\n" + leaves + NAMES.format(n=1)}
    before = graded(classes.assignment(tmp_path), cells, tmp_path / "graded")
    assert before.results["ann"].state is State.CRASHED
    part = graded(edited(tmp_path, EDITS["a mutant added"][0]), cells, tmp_path / "graded")
    assert part.extents == [Extent.FULL]
    assert part.results["ann"].state is State.CRASHED


@pytest.mark.usefixtures("walls")
def test_within_walls_only_the_original_is_run_when_all_is_known(small: Assignment) -> None:
    cell = CELLS["student-0"]
    with Worker() as worker:
        first = worker.observe(small, "users", cell, SEED)
        again = worker.observe(small, "users", cell, SEED, first.matrix)
    assert again.state is State.GRADED
    assert again.matrix.cells.keys() == first.matrix.cells.keys()
    for (test, variant), (one, *more) in first.matrix.cells.items():
        # What took the same time to the last digit is what was seen before.
        first_again, *more_again = again.matrix.seen(test, variant)
        assert (first_again == one) is (variant != ORIGINAL)
        assert more_again == more
