"""All runs of a submission in one process: it may cheat on its own marks, and harm nobody else."""

from collections.abc import Iterator

import pytest

from nomocks.grading.result import State, TaskResult
from nomocks.grading.sandbox.worker import Worker
from nomocks.mutation.assignment import Assignment
from tests.attacks.conftest import TASK, Attack, Note, note, runs_of
from tests.attacks.process.conftest import _impatient as _impatient


@pytest.fixture(scope="session")
def worker(walls: None, secret: str) -> Iterator[Worker]:  # noqa: ARG001 (to be there before)
    """The worker that grades every attack, one after the other."""
    with Worker("submission") as worker:
        yield worker


@pytest.fixture
def attack(
    worker: Worker, graded: Attack, course: Assignment, secret: str, record_property: Note
) -> Iterator[Attack]:
    """Grades a hostile cell; afterward nothing of it is left but its own marks.

    It has told no secret and left no process, it was graded, and the neighbor who comes next on the
    same worker earns what is hers.
    """
    results: list[TaskResult] = []

    def grade(cell: str) -> TaskResult:
        results.append(graded(cell))
        return results[-1]

    yield grade
    for result in results:
        note(record_property, result)
        assert result.state is not State.NOT_GRADED, result.message
        assert secret not in repr(result)
    assert runs_of(worker) == []
    neighbor = graded(course.solution(TASK))
    record_property("neighbor", neighbor.score)
    assert neighbor.full, (neighbor.state, neighbor.message)


@pytest.fixture
def solution(course: Assignment) -> str:
    """The right answer."""
    return course.solution(TASK).partition("\n")[2]
