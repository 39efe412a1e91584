"""What grades a class in the benchmark does what it is measured for."""

from pathlib import Path

import nbformat
import pytest

from benchmarks.autograders import for_otter
from benchmarks.classes import answers, hand_in
from benchmarks.commands import kept, killed_at, memory, seconds
from benchmarks.grading import SLUG, WAYS
from benchmarks.runs import ROOT
from benchmarks.warm import BARE, ISOLATIONS, measure_warm
from nomocks.mutation.assignment import Assignment, read
from nomocks.postgres import get_server
from tests.grading.conftest import small as small

UNSAFE = ("--unsafe", "--workers", "1")


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    return read(ROOT / "solutions" / SLUG)


def test_no_two_students_hand_in_the_same(assignment: Assignment) -> None:
    assert answers(assignment, 0) == answers(assignment, 0)
    assert len({tuple(answers(assignment, number).values()) for number in range(20)}) == 20


def test_otter_is_asked_for_each_task_and_nothing_twice(
    assignment: Assignment, tmp_path: Path
) -> None:
    (path,) = hand_in(assignment, 1, tmp_path)
    notebook = for_otter(nbformat.read(path, 4), assignment)
    asked = [
        test for cell in notebook.cells for test in cell.metadata.get("otter", {}).get("tests", [])
    ]
    assert asked == [task.name for task in assignment.graded]
    assert not [cell for cell in notebook.cells if cell.source.startswith('check("users")')]


def test_a_command_that_was_killed_is_resumed(assignment: Assignment, tmp_path: Path) -> None:
    get_server()  # held, so that what is killed has not started it
    submitted, into = tmp_path / "submitted", tmp_path / "graded"
    hand_in(assignment, 3, submitted, tasks=1)
    assert kept(into) == 0
    assert killed_at(1, submitted, SLUG, into, UNSAFE) > 0
    assert 1 <= kept(into) < 3
    assert seconds(submitted, SLUG, into, [*UNSAFE, "--resume"]) > 0
    assert kept(into) == 3


def test_a_command_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="nowhere"):
        seconds(tmp_path / "nowhere", SLUG, tmp_path / "graded", UNSAFE)
    with pytest.raises(RuntimeError, match="nowhere"):
        memory(tmp_path / "nowhere", SLUG, tmp_path / "graded", UNSAFE)
    with pytest.raises(RuntimeError, match="before it could be killed"):
        killed_at(1, tmp_path / "nowhere", SLUG, tmp_path / "graded", UNSAFE)


@pytest.mark.usefixtures("walls")
def test_each_warm_way_runs_the_same_tests(small: Assignment) -> None:
    took = measure_warm(small, [{"users": small.solution("users")}])
    assert [*took.seconds] == [BARE, *ISOLATIONS]
    assert all(value > 0 for value in took.seconds.values())
    # Each of the two references, the twin and the two bugs; then both kills, and both valid tests.
    assert 5 + 2 <= took.runs <= 5 + 4


def test_every_way_is_a_command_of_its_own() -> None:
    assert len({*WAYS.values()}) == len(WAYS)
