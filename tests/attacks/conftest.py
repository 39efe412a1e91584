"""What every attack is tried on: one worker, with secrets around it, and a neighbor after each."""

import os
import re
import secrets
from collections.abc import Callable, Iterator

import psutil
import pytest

from nomocks.grading.result import State, TaskResult, judged
from nomocks.grading.sandbox.tiers import chosen
from nomocks.grading.sandbox.worker import Worker
from nomocks.mutation.assignment import Assignment, read
from tests.grading.conftest import EXERCISE, VARIANTS

TASK = "users"
SECRET = "NOMOCKS_SECRET_OF_THE_GRADER"
BOX, HOME = re.compile(r'(?<!b)(f?)"/box(?=["/])'), r'os.environ["HOME"] + \1"'
ASKED = re.compile(r"\bos\.(?:path\.)?(exists|lexists|listdir|stat)\(")
OPENED = """

def _opened_listdir(path="."):
    try:
        return os.listdir(path)
    except OSError:
        return []

def _opened_stat(path):
    os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
    return os.stat(path)

def _opened_exists(path):
    try:
        return bool(_opened_stat(path))
    except OSError:
        return False

_opened_lexists = _opened_exists
"""
Attack = Callable[[str], TaskResult]
Note = Callable[[str, str], None]  # in the report of the test


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
        seen = worker.observe(course, TASK, f"%%task {TASK}\n{at_home(cell)}")
        return judged(course, course.task(TASK), seen)

    return grade


@pytest.fixture
def attack(
    worker: Worker, graded: Attack, course: Assignment, secret: str, record_property: Note
) -> Iterator[Attack]:
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
        note(record_property, result)
        assert result.points == 0, result.mutants
        assert result.state is not State.NOT_GRADED, result.message
        assert secret not in repr(result)
    assert runs_of(worker) == []
    neighbor = graded(course.solution(TASK))
    record_property("neighbor", neighbor.score)
    assert neighbor.full, (neighbor.state, neighbor.message)


def note(record_property: Note, result: TaskResult, honest: int = 0) -> None:
    """Note how an attack ended, and what it earned beyond the points that an honest test did."""
    record_property("state", result.state.value)
    record_property("points", f"{result.points - honest:g}")


def at_home(cell: str) -> str:
    """The same cell, for walls without namespaces.

    There, a run's folder is not called /box. And whether a file exists, and how large it is, can be
    seen: what is asked instead is whether it can be opened.
    """
    if chosen().name == "namespaces":
        return cell
    cell, asked = ASKED.subn(lambda match: f"_opened_{match[1]}(", BOX.sub(HOME, cell))
    return cell + OPENED if asked else cell


def runs_of(worker: Worker) -> list[psutil.Process]:
    """The processes within the worker's walls, but for the one that all are forked from."""
    zygote = psutil.Process(worker._zygote.process.pid)
    if chosen().name == "namespaces":  # then that was bubblewrap
        (zygote,) = zygote.children()
    return [one for one in zygote.children(recursive=True) if one.is_running()]
