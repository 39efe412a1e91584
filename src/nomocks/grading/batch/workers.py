"""What a task is graded by: a worker, which one thread opens, uses and closes."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, Self

from nomocks.grading import engine
from nomocks.grading.batch.errors import BatchError
from nomocks.grading.forks import zygote
from nomocks.grading.result import Observed
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.errors import VariantError
from nomocks.mutation.matrix import KillMatrix
from nomocks.postgres import get_server
from nomocks.postgres.binaries import find_binaries


class Worker(Protocol):
    """A context manager that looks at one task after another."""

    def observe(
        self,
        assignment: Assignment,
        task: str,
        cell: str,
        seed: int,
        known: KillMatrix | None = None,
    ) -> Observed:
        """What is seen of a student's cell; the seed decides whatever is chosen by chance.

        What is ``known`` of it still holds, and needs no run.
        """

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


@dataclass(frozen=True)
class Workplace:
    """Where a batch is graded: how to open a worker, the PostgreSQL it has, and if it has walls."""

    open: Callable[[], Worker]
    postgres: str
    unsafe: bool = False


class Unsafe(AbstractContextManager["Unsafe"]):
    """No sandbox: tests run as this user, on the server of this machine."""

    def observe(
        self,
        assignment: Assignment,
        task: str,
        cell: str,
        seed: int,
        known: KillMatrix | None = None,
    ) -> Observed:
        return engine.observe(assignment, task, cell, engine.in_processes, seed, known)

    def __exit__(self, *_: object) -> None:
        """There is nothing to end: all is shared with the other threads."""


def workplace(isolation: str, unsafe: bool) -> Workplace:
    """Where to grade. Raises BatchError where no sandbox holds, PostgresError without a server."""
    if unsafe:
        zygote()  # here, as two threads that need it at once would start two
        return Workplace(Unsafe, get_server().version, unsafe=True)
    # Here, because one's own notebook is graded also where there can be no sandbox.
    from nomocks.grading.sandbox.tiers import SandboxError, require_sandbox
    from nomocks.grading.sandbox.worker import open_worker

    try:
        require_sandbox()
    except SandboxError as error:
        raise BatchError(str(error)) from None
    version = find_binaries().version
    return Workplace(lambda: open_worker(isolation), version)


def plant(assignment: Assignment) -> None:
    """Try the variants of all tasks, once, before threads share them. Raises BatchError."""
    try:
        for task in assignment.graded:
            assignment.planted(task.name)
    except VariantError as error:
        raise BatchError(
            f"{assignment.slug} has a variant that can't be used: {error} Mend it in "
            f"{assignment.folder / 'variants.py'}."
        ) from None
