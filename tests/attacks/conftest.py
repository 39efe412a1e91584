"""What every attack is tried on: one worker, with secrets around it, and a neighbor after each."""

import os
import secrets
from collections.abc import Callable, Iterator

import psutil
import pytest

from nomocks.grading.result import State, TaskResult, judged
from nomocks.grading.sandbox.worker import Worker
from nomocks.mutation.assignment import Assignment, read
from tests.grading.conftest import EXERCISE, VARIANTS

TASK = "users"
SECRET = "NOMOCKS_SECRET_OF_THE_GRADER"
Attack = Callable[[str], TaskResult]


@pytest.fixture(scope="session")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A word that stands in the grader's environment, and in files around it."""
    word = secrets.token_hex(16)
    os.environ[SECRET] = word
    (tmp_path_factory.getbasetemp() / "gradebook.db").write_text(word)
    yield word
    del os.environ[SECRET]


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory, secret: str) -> Assignment:
    """The small assignment, with the secret in its variants."""
    folder = tmp_path_factory.mktemp("course") / "solutions" / "small"
    folder.mkdir(parents=True)
    (folder / "exercise.md").write_text(EXERCISE)
    (folder / "variants.py").write_text(f"SECRET = {secret!r}\n{VARIANTS}")
    return read(folder)


@pytest.fixture(scope="session")
def worker(walls: None, secret: str) -> Iterator[Worker]:  # noqa: ARG001 (to be there before)
    """The worker that grades every attack, one after the other."""
    with Worker() as worker:
        yield worker


@pytest.fixture
def graded(worker: Worker, course: Assignment) -> Attack:
    """Grades the cell of a task, as a batch does, and nothing more."""

    def grade(cell: str) -> TaskResult:
        seen = worker.observe(course, TASK, f"%%task {TASK}\n{cell}")
        return judged(course, course.task(TASK), seen)

    return grade


@pytest.fixture
def attack(worker: Worker, graded: Attack, course: Assignment, secret: str) -> Iterator[Attack]:
    """Grades a hostile cell; afterward all must be as before it.

    It has earned nothing, told no secret and left no process; and the neighbor who comes next on
    the same worker earns what is hers.
    """
    results: list[TaskResult] = []

    def grade(cell: str) -> TaskResult:
        results.append(graded(cell))
        return results[-1]

    yield grade
    for result in results:
        assert result.points == 0, result.mutants
        assert result.state is not State.NOT_GRADED, result.message
        assert secret not in repr(result)
    assert runs_of(worker) == []
    neighbor = graded(course.solution(TASK))
    assert neighbor.full, (neighbor.state, neighbor.message)


def runs_of(worker: Worker) -> list[psutil.Process]:
    """The processes within the worker's walls, but for the one that all are forked from."""
    (zygote,) = psutil.Process(worker._zygote.process.pid).children()
    return [one for one in zygote.children(recursive=True) if one.is_running()]
