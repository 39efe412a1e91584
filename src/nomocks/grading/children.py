"""A forked process and the wire to it: it is asked, and not believed without."""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from nomocks.grading import child
from nomocks.grading.forks import Fork
from nomocks.mutation.matrix import Outcome
from nomocks.mutation.source import CellModule
from nomocks.mutation.variants import Planted


class ProcessEnded(RuntimeError):
    """The process of the tests ended, or was killed because it hung."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


class Child:
    """A forked process and the pipe to it."""

    def __init__(
        self,
        fork: Fork,
        module: CellModule,
        seconds: float,
        variants: tuple[Planted, ...] = (),
        functions: tuple[str, ...] = (),
        report: Path | None = None,
        lends: bool = False,
    ) -> None:
        folder = fork.zygote.folder
        self._folder = Path(tempfile.mkdtemp(dir=folder)) if folder else None
        job = child.Job(
            folder=str(self._folder or "."),
            files={**module.beside, module.task: module.text},
            task=module.task,
            cell=module.cell,
            seconds=seconds,
            variants=variants,
            statements=module.statements,
            functions=functions,
            lends=lends,
            report=str(report) if report else None,
        )
        self._fork = fork
        fork.give(job)

    def ask(self, request: list[Any] | str) -> None:
        """Send a request, or the URL of the database. Raises ProcessEnded if nobody is there."""
        try:
            self._fork.wire.send(json.dumps(request).encode())
        except OSError:
            raise ProcessEnded(Outcome.CRASHED) from None

    def answer(self, seconds: float) -> dict[str, Any]:
        """The next message. Raises ProcessEnded when none comes in time, or it is no message."""
        try:
            message = json.loads(self._fork.wire.receive(seconds))
        except TimeoutError:
            raise ProcessEnded(Outcome.TIMEOUT) from None
        except (OSError, EOFError, ValueError, RecursionError):
            raise ProcessEnded(Outcome.CRASHED) from None
        if not isinstance(message, dict):
            raise ProcessEnded(Outcome.CRASHED)
        return message

    @property
    def killed(self) -> bool:
        """Whether it was ended."""
        return self._fork.wire.closed

    def kill(self) -> None:
        """End the process, and all that it started in its session."""
        self._fork.end()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
