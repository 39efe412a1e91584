"""A worker that hostile submissions can be given to: a zygote within walls, and its PostgreSQL."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Self

from sqlalchemy import URL, create_engine

from nomocks.grading import engine
from nomocks.grading.filling import Runners
from nomocks.grading.result import Observed
from nomocks.grading.sandbox.confinement import MEMORY
from nomocks.grading.sandbox.leftovers import folder_in
from nomocks.grading.sandbox.lent import Lent
from nomocks.grading.sandbox.one_process import OneProcess
from nomocks.grading.sandbox.postgres import GradingServer
from nomocks.grading.sandbox.run_by_run import RunByRun
from nomocks.grading.sandbox.tiers import Tier, chosen
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.matrix import KillMatrix
from nomocks.mutation.source import CellModule
from nomocks.mutation.variants import Planted
from nomocks.testing.databases import ddl_of
from shop.models import Base


class Worker(AbstractContextManager["Worker"]):
    """Grades one task after another. The thread that opens it must use it, and close it.

    With the isolation "run" each variant has a process and a database of its own, and is told of no
    other; with "submission" all of a task share them, which is quicker, and for practice rounds.
    """

    def __init__(self, isolation: str = "run", tier: Tier | None = None) -> None:
        self._isolation = isolation
        self._tier = tier or chosen()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            folder = stack.enter_context(folder_in(MEMORY))
            self._walls = stack.enter_context(self._tier.walls(folder))
            server = GradingServer(folder, self._walls.user, self._walls)
            self._server = stack.enter_context(server)
            self._walled = stack.enter_context(ExitStack())
            self._wall_in()
            self._stack = stack.pop_all()
        return self

    def _wall_in(self) -> None:
        self._zygote = self._walls.zygote(self._server.sockets)
        self._walled.callback(self._zygote.close)
        watch = self._walls.watch(self._zygote)
        watch.start()
        self._walled.callback(watch.close)

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def observe(
        self,
        assignment: Assignment,
        task: str,
        cell: str,
        seed: int | None = None,
        known: KillMatrix | None = None,
    ) -> Observed:
        """What is seen of a student's cell; the seed decides whatever is chosen by chance.

        What is ``known`` of it still holds, and needs no run.
        """
        return engine.observe(assignment, task, cell, self._start, seed, known)

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
        template = self._template()
        if plant.statements:
            template = self._server.changed(template, plant.statements)
        return self._server.lend(template)

    def _lend_owned(self) -> AbstractContextManager[Lent]:
        return self._server.lend(self._template(), owns=True)

    def _template(self) -> str:
        return self._server.template(ddl_of(Base.metadata), _build)


def _build(url: URL) -> None:
    tables = create_engine(url)
    Base.metadata.create_all(tables)
    tables.dispose()


def open_worker(isolation: str = "run") -> Worker:
    """A worker of that isolation, to be entered by the thread that uses it."""
    return Worker(isolation)
