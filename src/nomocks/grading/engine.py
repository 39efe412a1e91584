"""From the text of a task's tests to its result."""

import contextlib
import importlib
import itertools
import random
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg

from nomocks.grading.crew import Crew, Request
from nomocks.grading.errors import NotGradedError
from nomocks.grading.process import CollectionError, Seen, time_limit
from nomocks.grading.result import State, TaskResult
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.errors import VariantError
from nomocks.mutation.judging import (
    inconsistency,
    judge_mutants,
    judge_probes,
    judge_tests,
    valid_tests,
)
from nomocks.mutation.matrix import KillMatrix, Outcome
from nomocks.mutation.source import PREAMBLE, CellModule, SourceError, module_of, probing
from nomocks.mutation.variants import Planted, Task, TaskVariants, Variant, planted
from nomocks.postgres import Database, PostgresError, get_server
from nomocks.testing.databases import template_of
from shop.models import Base


class TestsHungError(RuntimeError):
    """A test did not end, or ended its process, on a correct variant. One sentence."""

    __test__ = False

    def __init__(self, state: State, message: str) -> None:
        super().__init__(message)
        self.state = state


def grade(assignment: Assignment, task: str, cell: str) -> TaskResult:
    """Run a cell's tests against every variant of their task, or its probes, and judge them.

    Raises AssignmentError if there is no such task. All else that may go wrong is a state of the
    result, with one sentence that says what.
    """
    began = time.perf_counter()
    known = assignment.task(task)
    against = assignment.against(task)

    def error(state: State, message: object) -> TaskResult:
        return TaskResult(known, against, state, str(message), matrix=matrix, seconds=_since(began))

    matrix = KillMatrix(())
    try:
        module = _module(assignment, known, cell)
        if not module.tests:
            return error(State.NO_TESTS, no_tests(known, against))
        with importable(assignment):
            matrix = _filled(module, against)
    except (SourceError, CollectionError) as problem:
        return error(State.NOT_COLLECTED, problem)
    except TestsHungError as problem:
        return error(problem.state, problem)
    except (NotGradedError, PostgresError) as problem:
        return error(State.NOT_GRADED, problem)
    if against.probes:
        promises = judge_probes(matrix, against)
        return TaskResult(
            known,
            against,
            State.GRADED,
            promises=promises,
            matrix=matrix,
            seconds=_since(began),
        )
    void = inconsistency(matrix, against)
    if void:
        return error(State.INCONSISTENT, void)
    return TaskResult(
        known,
        against,
        State.GRADED,
        tests=judge_tests(matrix, against),
        mutants=judge_mutants(matrix, against),
        matrix=matrix,
        seconds=_since(began),
    )


def no_tests(task: Task, against: TaskVariants) -> str:
    """What to say when a cell holds no test, or no answer."""
    if against.probes:
        return f'The cell of "{task.name}" has no answer yet: write one, and run the cell.'
    return (
        f'The cell of "{task.name}" has no test yet: write a function whose name begins with '
        "test_, and run the cell."
    )


def new_database() -> Database:
    """A database with the shop's tables, for one run; a context manager that drops it."""
    server = get_server()
    return server.create_database("check", template_of(server, Base.metadata))


@contextlib.contextmanager
def importable(assignment: Assignment) -> Iterator[None]:
    """A block in which the assignment's given code is a module, as where its tests run.

    Only where a variant changes that code, as all its imports are paid for.
    """
    if not assignment.variants.change(PREAMBLE):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="nomocks-given-") as folder:
        (Path(folder) / f"{PREAMBLE}.py").write_text(assignment.preamble, encoding="utf-8")
        sys.path.insert(0, folder)
        sys.modules.pop(PREAMBLE, None)
        importlib.invalidate_caches()
        try:
            yield
        finally:
            sys.path.remove(folder)
            sys.modules.pop(PREAMBLE, None)


def _module(assignment: Assignment, task: Task, cell: str) -> CellModule:
    if assignment.against(task.name).probes:
        module = probing(task.name, assignment.preamble, assignment.probes(task.name), cell)
    else:
        module = module_of(task.name, assignment.preamble, cell)
    return replace(module, statements=task.statements)


def _filled(module: CellModule, against: TaskVariants) -> KillMatrix:
    """The matrix of every run. When the server goes away, all is done again on a new one, once."""
    matrix = KillMatrix(module.tests)
    try:
        _fill(matrix, module, against)
    except (NotGradedError, PostgresError):
        matrix = KillMatrix(module.tests)
        _fill(matrix, module, against)
    return matrix


def _fill(matrix: KillMatrix, module: CellModule, against: TaskVariants) -> None:
    variants: list[Variant] = [*against.correct, *against.mutants]
    random.shuffle(variants)  # so that the number of a variant tells a test nothing
    numbers = {variant.name: number for number, variant in enumerate(variants)}

    plants = _planted(variants)
    called: dict[str, frozenset[str]] = {}

    def heed(request: Request, seen: Seen, database: Database) -> None:
        test, variant = request[0], variants[request[1]]
        outcome = seen.observation.outcome
        if outcome is Outcome.ERROR:
            _probe(database)
        hung = outcome in (Outcome.TIMEOUT, Outcome.CRASHED)
        if hung and variant.kind != "mutant" and not against.probes:
            raise _hung(test, outcome)
        matrix.add(test, variant.name, seen.observation)
        if variant is original:
            called[test] = seen.called

    with Crew(module, plants, new_database) as crew:

        def observe(pairs: list[tuple[str, Variant]]) -> None:
            random.shuffle(pairs)
            crew.observe([(test, numbers[variant.name]) for test, variant in pairs], heed)

        def observe_all(tests: Iterable[str], changed: Iterable[Variant]) -> None:
            pairs = [(test, one) for one in changed for test in tests]
            can_differ = [plants[numbers[one.name]].matters_to(called[test]) for test, one in pairs]
            for (test, one), runs in zip(pairs, can_differ, strict=True):
                if not runs:
                    matrix.add(test, one.name, matrix.seen(test, original.name)[0])
            observe(list(itertools.compress(pairs, can_differ)))

        original = against.references[0]
        observe([(test, original) for test in matrix.tests])
        observe_all(matrix.tests, [one for one in against.correct if one is not original])
        valid = valid_tests(matrix, against)
        observe_all(valid, against.mutants)
        killers = {one: [t for t in valid if matrix.kills(t, one.name)] for one in against.mutants}
        again: list[tuple[str, Variant]] = [
            (random.choice(tests), one) for one, tests in killers.items() if tests
        ]
        if not against.probes:
            again += [(test, original) for test in matrix.tests]
        observe(again)


def _planted(variants: list[Variant]) -> list[Planted]:
    try:
        return [planted(variant, number) for number, variant in enumerate(variants)]
    except VariantError as error:
        raise NotGradedError(f"The assignment has a variant that can't be used: {error}") from None


def _probe(database: Database) -> None:
    """Tell a test's own error from a database that is gone. Raises NotGradedError."""
    url = database.sync_url.set(drivername="postgresql")
    try:
        psycopg.connect(url.render_as_string(hide_password=False), connect_timeout=5).close()
    except psycopg.OperationalError:
        raise NotGradedError(
            "The database went away while the tests ran, so they were not graded: "
            "see that PostgreSQL runs, and check again."
        ) from None


def _hung(test: str, outcome: Outcome) -> TestsHungError:
    if outcome is Outcome.TIMEOUT:
        return TestsHungError(
            State.TIMED_OUT,
            f"{test} did not come to an end within {time_limit():g} s: "
            "look for a loop or a wait that never ends.",
        )
    return TestsHungError(
        State.CRASHED, f"{test} ended the process that it ran in: leave exits to pytest."
    )


def _since(began: float) -> float:
    return time.perf_counter() - began
