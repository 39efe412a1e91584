"""An assignment is fit for students: its solution earns everything, and no shortcut anything."""

import hashlib
import json

import pytest
from sqlalchemy import MetaData, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from nomocks.authoring.lint import problems
from nomocks.authoring.release import released_notebook
from nomocks.grading.engine import grade
from nomocks.grading.result import State, TaskResult
from nomocks.mutation.assignment import Assignment, importable
from nomocks.mutation.code import Patch, Rewrite, Swap
from nomocks.mutation.functions import function_at
from nomocks.mutation.judging import Verdict, valid_tests
from nomocks.mutation.variants import Mutant, Reference, Twin, answer_of, planted
from tests.assignments import attacks
from tests.assignments.conftest import SOLUTIONS, solved

NOTHING = "def test_nothing():\n    assert True\n"
FINGERPRINT = """
SELECT concat_ws(' ', attrelid::regclass, attname, format_type(atttypid, atttypmod),
    attnotnull, attgenerated, attnum, pg_get_expr(adbin, adrelid)) AS fact
  FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
  LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  WHERE relnamespace = 'public'::regnamespace AND attnum > 0
UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
  FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT pg_get_indexdef(indexrelid) FROM pg_index
  JOIN pg_class ON pg_class.oid = indexrelid WHERE relnamespace = 'public'::regnamespace
UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
ORDER BY 1
"""


def test_the_lint_finds_nothing(assignment: Assignment) -> None:
    assert list(problems(assignment)) == []


def test_the_released_notebook_is_that_of_the_source(assignment: Assignment) -> None:
    released = SOLUTIONS.parent / "exercises" / assignment.slug / "exercise.ipynb"
    assert released.read_text() == released_notebook(assignment)


def test_there_are_enough_tasks_and_mutants(assignment: Assignment) -> None:
    mutants = [one for one in assignment.variants.mutants if not assignment.task(one.task).example]
    assert 3 <= len(assignment.graded) <= 6
    assert len(mutants) >= 12


def test_each_planted_bug_has_a_twin(assignment: Assignment, testing_task: str) -> None:
    against = assignment.against(testing_task)
    twins = {name for twin in against.twins for name in twin.looks_like}
    assert {mutant.name for mutant in against.mutants} <= twins


def test_the_solution_catches_every_bug(assignment: Assignment, task: str) -> None:
    result = solved(assignment.slug, task)
    assert result.message == ""
    assert [test for test in result.tests if test.verdict is not Verdict.VALID] == []
    assert [mutant.name for mutant in result.survivors] == []
    assert result.full


def test_each_bug_is_caught_by_the_test_that_is_named_for_it(
    assignment: Assignment, task: str
) -> None:
    for one in solved(assignment.slug, task).mutants:
        assert one.mutant.killed_by in one.tests, one.mutant.name


def test_every_other_right_answer_keeps_every_promise(
    assignment: Assignment, probed_task: str
) -> None:
    right, _ = assignment.variants.answers(probed_task)
    assert right, "let one twin be another right answer"
    for twin in right:
        assert broken(tried(assignment, probed_task, twin)) == {}, twin.name


def test_each_wrong_answer_breaks_the_promise_that_it_names(
    assignment: Assignment, probed_task: str
) -> None:
    _, wrong = assignment.variants.answers(probed_task)
    for mutant in wrong:
        found = broken(tried(assignment, probed_task, mutant))
        assert mutant.killed_by in found, (mutant.name, found)


def test_each_promise_is_broken_by_a_wrong_answer(assignment: Assignment, probed_task: str) -> None:
    _, wrong = assignment.variants.answers(probed_task)
    probes = {probe.test for probe in assignment.against(probed_task).probes}
    assert probes == {mutant.killed_by for mutant in wrong}


def test_what_a_student_starts_with_earns_nothing(assignment: Assignment, graded_task: str) -> None:
    notebook = json.loads(released_notebook(assignment))
    (start,) = [
        "".join(cell["source"])
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == graded_task
    ]
    result = grade(assignment, graded_task, start)
    assert result.points == 0
    assert result.state is (State.NO_TESTS if "# Write your " in start else State.GRADED)


def test_an_assertion_that_is_always_true_earns_nothing(
    assignment: Assignment, graded_task: str
) -> None:
    result = grade(assignment, graded_task, NOTHING)
    read = assignment.task(graded_task).literal  # and what holds more than predictions is refused
    state = State.NOT_COLLECTED if read else State.GRADED
    assert (result.state, result.points) == (state, 0)


@pytest.mark.parametrize("base", ["object", "str", "int"])
def test_a_prediction_that_equals_everything_earns_nothing(
    assignment: Assignment, probed_task: str, base: str
) -> None:
    result = grade(assignment, probed_task, attacks.EQUAL_TO_ALL.format(base=base))
    state = State.NOT_COLLECTED if assignment.task(probed_task).literal else State.GRADED
    assert (result.state, result.points) == (state, 0)


def test_a_test_that_always_fails_earns_nothing(assignment: Assignment, testing_task: str) -> None:
    source = "async def test_nothing(session):\n    assert False\n"
    result = grade(assignment, testing_task, source)
    assert (result.state, result.points) == (State.GRADED, 0)
    assert result.tests[0].verdict is Verdict.INVALID


async def test_a_test_of_constraint_names_earns_nothing(
    assignment: Assignment, testing_task: str, session: AsyncSession
) -> None:
    query = """SELECT conname::text FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype IN ('u', 'c', 'f')"""
    found = await session.scalars(text(query))
    result = grade(assignment, testing_task, attacks.names(found.all()))
    assert result.points == 0


def test_a_test_of_the_source_earns_nothing(assignment: Assignment, testing_task: str) -> None:
    tests = []
    with importable(assignment):
        for mutant in assignment.against(testing_task).mutants:
            targets = [one.target for one in mutant.code if isinstance(one, Patch | Rewrite | Swap)]
            for target in targets:
                number, original = len(tests), attacks.words_of(target)
                tests.append(attacks.same_code(number, target, function_at(target).__code__))
                with planted(mutant).applied():
                    changed = attacks.words_of(target)
                tests.append(attacks.words(number, target, original, changed))
    result = grade(assignment, testing_task, attacks.SOURCE + "".join(tests or NOTHING))
    assert [(one.mutant.name, one.tests) for one in result.mutants if one.tests] == []
    assert result.state in (State.GRADED, State.INCONSISTENT)
    assert result.points == 0


async def test_no_test_of_the_catalog_catches_a_bug(
    assignment: Assignment, testing_task: str, session: AsyncSession, metadata: MetaData
) -> None:
    source = ["from sqlalchemy import text\n"]
    for table in metadata.tables:
        for name, query in attacks.FACTS.items():
            found = (await session.scalars(text(query.format(table=table)))).all()
            source.append(attacks.fact(name, table, found))
        unique, checks = await session.run_sync(
            lambda sync, table=table: (
                len(inspect(sync.connection()).get_unique_constraints(table)),
                len(inspect(sync.connection()).get_check_constraints(table)),
            )
        )
        source.append(attacks.inspector(table, unique, checks))
    result = grade(assignment, testing_task, "".join(source))
    against, matrix = assignment.against(testing_task), result.matrix
    assert len(matrix.tests) > 20
    caught = [
        (test, mutant.name)
        for test in valid_tests(matrix, against)
        for mutant in against.mutants
        if matrix.kills(test, mutant.name)
    ]
    assert caught == []
    assert result.points == 0


async def test_every_variant_changes_the_schema_or_the_code(
    assignment: Assignment, connection: AsyncConnection
) -> None:
    variants = assignment.variants
    original = await fingerprint(connection)
    with importable(assignment):
        for variant in (*variants.references, *variants.twins, *variants.mutants):
            planted(variant)  # refuses a change of code that changes nothing
    for variant in (*variants.references, *variants.twins, *variants.mutants):
        savepoint = await connection.begin_nested()
        for statement in variant.statements:
            await connection.exec_driver_sql(statement)
        changed = await fingerprint(connection) != original
        await savepoint.rollback()
        assert changed is bool(variant.statements), variant.name
        as_it_is = not variant.statements and not variant.code
        if not isinstance(variant, Reference) and not variants.of(variant.task).probes:
            assert not as_it_is, variant.name


def tried(assignment: Assignment, task: str, answer: Twin | Mutant) -> TaskResult:
    return grade(assignment, task, answer_of(answer, assignment.solution(task)))


def broken(result: TaskResult) -> dict[str, str]:
    """The promises that an answer does not keep, and why."""
    assert result.state is State.GRADED, result.message
    return {one.probe.test: one.reason for one in result.promises if one.verdict is Verdict.BROKEN}


async def fingerprint(connection: AsyncConnection) -> str:
    facts = (await connection.exec_driver_sql(FINGERPRINT)).scalars().all()
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()
