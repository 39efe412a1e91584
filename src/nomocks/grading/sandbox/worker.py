"""A worker that hostile submissions can be given to: a zygote within walls, and its PostgreSQL."""

import os
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from itertools import count
from pathlib import Path
from typing import Self

import psutil
from sqlalchemy import URL, create_engine

from nomocks.grading import engine
from nomocks.grading.filling import Runners
from nomocks.grading.forks import Zygote
from nomocks.grading.result import Observed
from nomocks.grading.sandbox.bubblewrap import FIRST_USER, walls
from nomocks.grading.sandbox.confinement import MEMORY
from nomocks.grading.sandbox.lent import Lent
from nomocks.grading.sandbox.one_process import OneProcess
from nomocks.grading.sandbox.postgres import GradingServer
from nomocks.grading.sandbox.run_by_run import RunByRun
from nomocks.grading.sandbox.watch import Watch
from nomocks.grading.zygote import CONFINED
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.source import CellModule
from nomocks.mutation.variants import Planted
from nomocks.testing.databases import ddl_of
from shop.models import Base

PREFIX = "nomocks-worker-"
_numbers = count()


class Worker(AbstractContextManager["Worker"]):
    """Grades one task after another. The thread that opens it must use it, and close it.

    With the isolation "run" each variant has a process and a database of its own, and is told of no
    other; with "submission" all of a task share them, which is quicker, and for practice rounds.
    """

    def __init__(self, isolation: str = "run") -> None:
        self._isolation = isolation

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._user = _user() if os.getuid() == 0 else None
            _sweep()
            folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=MEMORY))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            server = GradingServer(folder, self._user + 1 if self._user else None)
            self._server = stack.enter_context(server)
            self._walled = stack.enter_context(ExitStack())
            self._wall_in()
            self._stack = stack.pop_all()
        return self

    def _wall_in(self) -> None:
        options = [CONFINED, str(self._user or os.getuid())]
        self._zygote = Zygote(None, walls(self._server.sockets), {}, options)
        self._walled.callback(self._zygote.close)
        watch = Watch(self._zygote.process.pid)
        watch.start()
        self._walled.callback(watch.close)

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def observe(
        self, assignment: Assignment, task: str, cell: str, seed: int | None = None
    ) -> Observed:
        """What is seen of a student's cell; the seed decides whatever is chosen by chance."""
        return engine.observe(assignment, task, cell, self._start, seed)

    def _start(
        self, module: CellModule, plants: Sequence[Planted]
    ) -> AbstractContextManager[Runners]:
        if not self._server.running():
            self._server.restart()
        if not self._zygote.runs:
            self._walled.close()
            self._wall_in()
        if self._isolation == "submission":
            return OneProcess(module, plants, self._zygote, self._server, self._lend_owned)
        return RunByRun(module, plants, self._zygote, self._server, self._lend)

    def _lend(self, plant: Planted) -> AbstractContextManager[Lent]:
        return self._server.lend(self._template(), plant.statements)

    def _lend_owned(self) -> AbstractContextManager[Lent]:
        return self._server.lend(self._template(), owns=True)

    def _template(self) -> str:
        return self._server.template(ddl_of(Base.metadata), _build)


def _build(url: URL) -> None:
    tables = create_engine(url)
    Base.metadata.create_all(tables)
    tables.dispose()


def _user() -> int:
    """One that no other worker runs as, nor those of another grader, most probably."""
    return FIRST_USER + 2 * ((os.getpid() + next(_numbers)) % 1000)


def _sweep() -> None:
    """Remove the folders of graders that were killed."""
    for folder in MEMORY.glob(f"{PREFIX}*"):
        owner = folder.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def open_worker(isolation: str = "run") -> Worker:
    """A worker of that isolation, to be entered by the thread that uses it."""
    return Worker(isolation)
