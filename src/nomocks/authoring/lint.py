"""What is wrong with an assignment, as its author wrote it. Nothing of it is run."""

import re
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec

from nomocks.mutation.assignment import (
    BEGIN_SOLUTION,
    END_SOLUTION,
    EXERCISE,
    PREAMBLE,
    START,
    Assignment,
    AssignmentError,
    Cell,
)
from nomocks.mutation.errors import VariantError
from nomocks.mutation.hidden import HIDDEN
from nomocks.mutation.source import ANSWER, SourceError, module_of, probing
from nomocks.mutation.variants import Mutant, Task, Twin, Variant, answer_of

_CHECK = re.compile(r'check\("([^"]*)"\)\s*\Z')


def problems(assignment: Assignment) -> Iterator[str]:
    """Everything that stands in the way of a release, one sentence each."""
    try:
        cells = assignment.cells
    except AssignmentError as error:
        yield str(error)
        return
    yield from _variants(assignment)
    yield from _ids(assignment, cells)
    opening = re.compile(rf"^%assignment {assignment.slug}( {HIDDEN})?$", re.M)
    if not any(opening.search(cell.source) for cell in cells):
        yield (
            f"{assignment.slug}/{EXERCISE}: no cell says which assignment this is; "
            f'write "%assignment {assignment.slug}" into the first.'
        )
    for cell in cells:
        yield from _cell(assignment, cell)
    for task in assignment.graded:
        yield from _task(assignment, task)


def _variants(assignment: Assignment) -> Iterator[str]:
    variants, where = assignment.variants, f"{assignment.slug}/variants.py"
    tasks = {task.name for task in variants.tasks}
    mutants = {mutant.name for mutant in variants.mutants}
    if len(variants.references) < 2:
        yield f"{where}: an assignment needs two references; add one that differs harmlessly."
    planted: list[Twin | Mutant] = [*variants.twins, *variants.mutants]
    everything: list[Variant] = [*variants.references, *variants.twins, *variants.mutants]
    for name, count in Counter(variant.name for variant in everything).items():
        if count > 1:
            yield f'{where}: {count} variants are named "{name}"; give each a name of its own.'
    for one in planted:
        if one.task not in tasks:
            yield f'{where}: "{one.name}" belongs to an unknown task "{one.task}".'
        if not (one.statements or one.code or one.edits or one.answer):
            yield f'{where}: "{one.name}" changes nothing; give it statements, code or an answer.'
        answers, probed = bool(one.edits or one.answer), bool(variants.of(one.task).probes)
        if answers is not probed:
            has = "probes" if probed else "no probes"
            yield f'{where}: task "{one.task}" has {has}, so "{one.name}" can\'t be one of it.'
    for twin in variants.twins:
        for unknown in set(twin.looks_like) - set(mutants):
            yield f'{where}: "{twin.name}" is the twin of an unknown mutant "{unknown}".'
    for mutant in variants.mutants:
        if not any(hint.strip() for hint in mutant.hints):
            yield f'{where}: mutant "{mutant.name}" has no hint; write at least one.'
    for probe in variants.probes:
        if probe.task not in tasks:
            yield f'{where}: probe "{probe.test}" belongs to an unknown task "{probe.task}".'
        if not any(hint.strip() for hint in probe.hints):
            yield f'{where}: probe "{probe.test}" has no hint; write at least one.'
    for task in variants.tasks:
        if not any(mutant.task == task.name for mutant in variants.mutants):
            yield f'{where}: task "{task.name}" has no mutants; plant at least one bug.'
        if task.name in (PREAMBLE, ANSWER) or find_spec(task.name):
            yield f'{where}: "{task.name}" is the name of a module; name the task otherwise.'


def _ids(assignment: Assignment, cells: tuple[Cell, ...]) -> Iterator[str]:
    where = f"{assignment.slug}/{EXERCISE}"
    ids = Counter(cell.grade_id for cell in cells if cell.grade_id)
    for grade_id, count in ids.items():
        if count > 1:
            yield f'{where}: {count} cells have the grade_id "{grade_id}"; make each unique.'
    if "setup" not in ids:
        yield f'{where}: no locked cell has the grade_id "setup"; put the imports into one.'


def _cell(assignment: Assignment, cell: Cell) -> Iterator[str]:
    where = f'{assignment.slug}/{EXERCISE}, cell "{cell.grade_id}"'
    check = _CHECK.search(cell.source)
    for name in (cell.task, check and check[1]):
        if name and name not in {task.name for task in assignment.variants.tasks}:
            yield f'{where}: there is no task "{name}" in variants.py.'
    if cell.solution:
        if _outside(cell.source):
            yield (
                f"{where}: there is a solution outside {BEGIN_SOLUTION} and {END_SOLUTION}; "
                "move it in between."
            )
    elif BEGIN_SOLUTION in cell.source or END_SOLUTION in cell.source:
        yield f"{where}: a solution stands in a cell that is not marked solution: true."
    if cell.grade and cell.points is None:
        yield f"{where}: it is graded and has no points; add points to its nbgrader metadata."
    if cell.grade and not check:
        yield f'{where}: it must end with check("TASK"), so that its value is the points.'


def _task(assignment: Assignment, task: Task) -> Iterator[str]:
    where = f'{assignment.slug}/{EXERCISE}, task "{task.name}"'
    cells = {cell.grade_id: cell for cell in assignment.cells}
    answer, check = cells.get(task.name), cells.get(f"check-{task.name}")
    most = assignment.against(task.name).points
    if answer is None or answer.task != task.name or not answer.solution:
        yield f'{where}: a solution cell "%%task {task.name}" needs the grade_id "{task.name}".'
    else:
        yield from _solution(assignment, task)
    if check is None or not check.grade or not check.locked:
        yield f'{where}: a locked, graded cell needs the grade_id "check-{task.name}".'
    elif check.points is not None and check.points != most:
        yield f"{where}: the cell gives {check.points:g} points, and its task {most}."


def _solution(assignment: Assignment, task: Task) -> Iterator[str]:
    where = f'{assignment.slug}/{EXERCISE}, task "{task.name}"'
    solution, against = assignment.solution(task.name), assignment.against(task.name)
    mutants = [one for one in assignment.variants.mutants if one.task == task.name]
    try:
        if against.probes:
            probes = assignment.probes(task.name)
            tests = probing(task.name, assignment.preamble, probes, solution).tests
            right, wrong = assignment.variants.answers(task.name)
            answers: list[Twin | Mutant] = [*right, *wrong]
            for answer in answers:
                answer_of(answer, solution)
        else:
            tests = module_of(task.name, assignment.preamble, solution).tests
    except (SourceError, AssignmentError, VariantError) as error:
        yield f"{where}: {error}"
        return
    for probe in against.probes:
        if probe.test not in tests:
            yield f"{where}: its probes have no test {probe.test}."
    known = {probe.test for probe in against.probes}
    for test in tests if known else ():
        if test not in known:
            yield f"{where}: the probe {test} is not in variants.py."
    for mutant in mutants:
        if mutant.killed_by not in tests:
            yield f'{where}: there is no test {mutant.killed_by} that catches "{mutant.name}".'


def _outside(source: str) -> bool:
    """Whether code stands outside the markers, or the markers do not come in pairs."""
    inside = False
    for line in START.sub("", source).splitlines():
        text = line.strip()
        if text in (BEGIN_SOLUTION, END_SOLUTION):
            if inside is (text == BEGIN_SOLUTION):
                return True
            inside = not inside
        elif not inside and text and not text.startswith(("#", "%%task")):
            return True
    return inside
