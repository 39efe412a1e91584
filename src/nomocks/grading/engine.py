"""From the text of a task's tests to its result."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from nomocks.grading.crew import Crew
from nomocks.grading.errors import NotGradedError
from nomocks.grading.filling import Filling, Start, TestsHungError
from nomocks.grading.forks import running_zygote
from nomocks.grading.process import CollectionError
from nomocks.grading.result import Observed, State, TaskResult, judged
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.errors import VariantError
from nomocks.mutation.matrix import KillMatrix
from nomocks.mutation.source import CellModule, SourceError, module_of, probing
from nomocks.mutation.variants import Planted, Task, TaskVariants
from nomocks.postgres import PostgresError


def grade(assignment: Assignment, task: str, cell: str, start: Start | None = None) -> TaskResult:
    """Run a cell's tests against every variant of their task, or its probes, and judge them.

    ``start`` says where they run: as this user, in processes of their own, unless given. Raises
    AssignmentError if there is no such task. All else that may go wrong is a state of the result,
    with one sentence that says what.
    """
    observed = observe(assignment, task, cell, start or in_processes)
    return judged(assignment, assignment.task(task), observed)


def observe(
    assignment: Assignment,
    task: str,
    cell: str,
    start: Start,
    seed: int | None = None,
    known: KillMatrix | None = None,
) -> Observed:
    """What is seen of a cell's tests. Raises AssignmentError if there is no such task.

    The seed decides in which order they run, and by which test a kill is confirmed. What is
    ``known`` was seen of this cell, and of variants as they still are; a run is for the rest.
    """
    began = time.perf_counter()
    one = assignment.task(task)
    against = assignment.against(task)
    matrix = KillMatrix(())

    def ended(state: State, message: object = "") -> Observed:
        return Observed(state, str(message), matrix, time.perf_counter() - began)

    try:
        module = _module(assignment, one, cell)
        if not module.tests:
            return ended(State.NO_TESTS, no_tests(one, against))
        plants = _planted(assignment, task)
        matrix = _at_most_twice(partial(_fill, module, against, plants, start, seed, known))
    except (SourceError, CollectionError) as problem:
        return ended(State.NOT_COLLECTED, problem)
    except TestsHungError as problem:
        return ended(problem.state, problem)
    except (NotGradedError, PostgresError) as problem:
        return ended(State.NOT_GRADED, problem)
    return ended(State.GRADED)


def no_tests(task: Task, against: TaskVariants) -> str:
    """What to say when a cell holds no test, or no answer."""
    if against.probes:
        return f'The cell of "{task.name}" has no answer yet: write one, and run the cell.'
    return (
        f'The cell of "{task.name}" has no test yet: write a function whose name begins with '
        "test_, and run the cell."
    )


def in_processes(module: CellModule, plants: Sequence[Planted]) -> Crew:
    """Runs tests in forked processes, as this user: for one's own tests alone."""
    return Crew(module, plants, running_zygote())


def _module(assignment: Assignment, task: Task, cell: str) -> CellModule:
    if assignment.against(task.name).probes:
        probes = assignment.probes(task.name)
        module = probing(task.name, assignment.preamble, probes, cell, task.literal)
    else:
        module = module_of(task.name, assignment.preamble, cell)
    return replace(module, statements=task.statements)


def _fill(
    module: CellModule,
    against: TaskVariants,
    plants: dict[str, Planted],
    start: Start,
    seed: int | None,
    known: KillMatrix | None,
) -> KillMatrix:
    """The matrix of every run, and of all that is known without one."""
    matrix = KillMatrix(module.tests)
    filling = Filling(matrix, against, plants, _or_by_chance(seed), known)
    with start(module, filling.plants) as runners:
        filling.run(runners)
    return matrix


def _or_by_chance(seed: int | None) -> int:
    return random.SystemRandom().randrange(2**53) if seed is None else seed


def _at_most_twice(fill: Callable[[], KillMatrix]) -> KillMatrix:
    """When the server goes away, all is done again on a new one, once."""
    try:
        return fill()
    except (NotGradedError, PostgresError):
        return fill()


def _planted(assignment: Assignment, task: str) -> dict[str, Planted]:
    try:
        return assignment.planted(task)
    except VariantError as error:
        raise NotGradedError(f"The assignment has a variant that can't be used: {error}") from None
