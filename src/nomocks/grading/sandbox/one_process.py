"""All runs of a task in one process and one database: quick, and for practice rounds.

Hostile tests harm nobody here, but they see all variants of their task, and may cheat.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack

from nomocks.grading.crew import Crew, Member
from nomocks.grading.errors import NotGradedError
from nomocks.grading.forks import Zygote
from nomocks.grading.process import TestRun
from nomocks.grading.sandbox.lent import Lent
from nomocks.grading.sandbox.postgres import GradingServer
from nomocks.grading.sandbox.run_by_run import GONE
from nomocks.mutation.source import CellModule
from nomocks.mutation.variants import Planted
from nomocks.postgres import Database


class OneProcess(Crew):
    """A crew of one, within walls."""

    lends = True

    def __init__(
        self,
        module: CellModule,
        plants: Sequence[Planted],
        zygote: Zygote,
        server: GradingServer,
        lend: Callable[[], AbstractContextManager[Lent]],
    ) -> None:
        super().__init__(module, plants, zygote, most=1)
        self._server = server
        self._lend = lend

    def _opened(self, run: TestRun, stack: ExitStack) -> Member:
        lent = stack.enter_context(self._lend())
        stack.callback(run.close)  # before the database goes
        run.open(lent.database, lent.another)
        return run, lent.database

    def _require(self, _: Database) -> None:
        if not self._server.running():
            raise NotGradedError(GONE)
