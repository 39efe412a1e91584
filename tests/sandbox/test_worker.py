"""A worker grades what it is given as everywhere else, and goes on when something breaks."""

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from nomocks.grading.result import State, TaskResult, judged
from nomocks.grading.sandbox.confinement import MEMORY
from nomocks.grading.sandbox.worker import Worker
from nomocks.mutation.assignment import Assignment, read

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.parent for path in ROOT.glob("solutions/*/variants.py"))
SLOW = """
import asyncio
from sqlalchemy import text

async def test_slow(session):
    await session.execute(text("SELECT pg_sleep(0.3)"))
"""


@pytest.fixture(scope="module")
def worker(walls: None) -> Iterator[Worker]:  # noqa: ARG001
    with Worker() as worker:
        yield worker


def grade(worker: Worker, assignment: Assignment, task: str, cell: str) -> TaskResult:
    return judged(assignment, assignment.task(task), worker.observe(assignment, task, cell))


@pytest.fixture(scope="module")
def sharing(walls: None) -> Iterator[Worker]:  # noqa: ARG001
    with Worker("submission") as worker:
        yield worker


@pytest.mark.parametrize("isolation", ["worker", "sharing"])
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_solutions_earn_every_point_within_walls(
    request: pytest.FixtureRequest, isolation: str, folder: Path
) -> None:
    worker, assignment = request.getfixturevalue(isolation), read(folder)
    for task in assignment.graded:
        result = grade(worker, assignment, task.name, assignment.solution(task.name))
        assert result.full, (task.name, result.state, result.message, result.survivors)


def test_the_same_seed_makes_the_same_choices(worker: Worker, small: Assignment) -> None:
    first, second = (worker.observe(small, "users", small.solution("users"), 7) for _ in "ab")
    assert list(first.matrix.cells) == list(second.matrix.cells)


@pytest.mark.usefixtures("walls")
def test_nothing_of_a_worker_is_left(small: Assignment) -> None:
    with Worker() as worker:
        assert grade(worker, small, "users", small.solution("users")).full
        (folder,) = [path for path in MEMORY.iterdir() if path == worker._server.sockets.parent]
        walled = worker._zygote.process.pid
    assert not folder.exists()
    assert not psutil.pid_exists(walled)


def test_it_goes_on_when_the_process_within_walls_is_lost(
    worker: Worker, small: Assignment
) -> None:
    worker._zygote.process.kill()
    worker._zygote.process.wait()
    assert grade(worker, small, "users", small.solution("users")).full


def test_a_server_that_is_lost_under_a_run_is_started_again_and_the_task_graded_anew(
    worker: Worker, small: Assignment
) -> None:
    killer = threading.Timer(0.5, kill_server, [worker])
    killer.start()
    cell = f"%%task users\n{SLOW}\n{small.solution('users')}"
    result = grade(worker, small, "users", cell)
    killer.join()
    assert (result.state, result.points) == (State.GRADED, 3)


def kill_server(worker: Worker) -> None:
    """Kill every process of the worker's PostgreSQL."""
    folder = str(worker._server.sockets.parent)
    for process in psutil.process_iter(["cmdline", "pid"]):
        if folder in " ".join(process.info["cmdline"] or []):
            os.kill(process.pid, signal.SIGKILL)
