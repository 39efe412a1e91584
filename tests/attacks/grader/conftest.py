"""Honest tests beside forged ones, and assignments with a twin for each bug."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from nomocks.grading.result import State, TaskResult, judged
from nomocks.grading.sandbox.worker import Worker
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.code import Change, Rewrite
from nomocks.mutation.judging import Verdict
from nomocks.mutation.schema import (
    not_null_by_check,
    not_null_by_trigger,
    unique_by_exclusion,
    unique_by_index,
)
from nomocks.mutation.variants import Reference, Twin
from tests.attacks.conftest import TASK, Attack, Note, at_home, note, runs_of
from tests.attacks.process.conftest import _impatient as _impatient

AttackOn = Callable[[Assignment, str], TaskResult]
SEED = 1  # of what the grader leaves to chance
HONEST = """\
async def test_an_email_belongs_to_one_user(session):
    session.add_all([User(email="a@b.c", name="A"), User(email="a@b.c", name="B")])
    with pytest.raises(IntegrityError):
        await session.flush()
"""
# What a test finds on the stack that it is called from: the grader's own plugin.
PLUGIN = """\
import sys

def plugin():
    frame = sys._getframe()
    while frame:
        for value in frame.f_locals.values():
            if type(value).__name__ == "Matrix":
                return value
        frame = frame.f_back
"""
UNIQUE_BY_TRIGGER = (
    "ALTER TABLE users DROP CONSTRAINT uq_users_email",
    """CREATE FUNCTION one_email() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT FROM users WHERE email = NEW.email AND id <> NEW.id) THEN
            RAISE EXCEPTION 'refused' USING ERRCODE = 'unique_violation';
        END IF; RETURN NEW; END $$""",
    """CREATE TRIGGER one_email AFTER INSERT OR UPDATE ON users
        FOR EACH ROW EXECUTE FUNCTION one_email()""",
)
NORMALIZED = "shop.services.users:normalized"


@pytest.fixture
def beside(
    graded: Attack, worker: Worker, course: Assignment, secret: str, record_property: Note
) -> Iterator[Attack]:
    """Grades a hostile cell that also holds a test for one bug, which earns its 2 points.

    The attack beside it must not earn the third.
    """

    def grade(cell: str) -> TaskResult:
        result = graded(f"{cell}\n\n{HONEST}")
        note(record_property, result, honest=2)
        assert result.state is State.GRADED, result.message
        assert {one.mutant.name: one.tests for one in result.mutants} == {
            "twice": ("test_an_email_belongs_to_one_user",),
            "nameless": (),
        }
        assert result.points == 2
        assert secret not in repr(result)
        return result

    yield grade
    assert runs_of(worker) == []
    neighbor = graded(course.solution(TASK))
    record_property("neighbor", neighbor.score)
    assert neighbor.full


@pytest.fixture
def attack_on(
    worker: Worker, graded: Attack, course: Assignment, secret: str, record_property: Note
) -> Iterator[AttackOn]:
    """As ``attack``, on another assignment with the task ``users``."""

    def grade(assignment: Assignment, cell: str) -> TaskResult:
        seen = worker.observe(assignment, TASK, f"%%task {TASK}\n{at_home(cell)}", SEED)
        result = judged(assignment, assignment.task(TASK), seen)
        note(record_property, result)
        assert result.points == 0, result.mutants
        assert result.state is not State.NOT_GRADED, result.message
        assert secret not in repr(result)
        return result

    yield grade
    assert runs_of(worker) == []
    neighbor = graded(course.solution(TASK))
    record_property("neighbor", neighbor.score)
    assert neighbor.full


@pytest.fixture
def guarded(course: Assignment) -> Assignment:
    """The small assignment with three twins for each of its two bugs."""
    twice = [
        ("by-index", unique_by_index("users", "uq_users_email", "email")),
        ("by-exclusion", unique_by_exclusion("users", "uq_users_email", "email")),
        ("by-counting", UNIQUE_BY_TRIGGER),
    ]
    nameless = [
        ("by-check", not_null_by_check("users", "name")),
        ("by-trigger", not_null_by_trigger("users", "name")),
        (
            "by-another-check",
            (
                "ALTER TABLE users ALTER COLUMN name DROP NOT NULL",
                "ALTER TABLE users ADD CHECK (num_nulls(name) = 0)",
            ),
        ),
    ]
    twins = [
        Twin(name, TASK, of, name, statements)
        for of, all_of_it in (("twice", twice), ("nameless", nameless))
        for name, statements in all_of_it
    ]
    return replace(course, variants=replace(course.variants, twins=tuple(twins)))


@pytest.fixture
def coded(course: Assignment) -> Assignment:
    """The small assignment with one bug, in the code of a function, and other correct code."""
    mutant = course.variants.mutants[0]
    case = replace(mutant, name="case", statements=(), code=_normalized("email.strip()"))
    casefold = Twin(
        "casefold", TASK, "case", "casefold", code=_normalized("email.strip().casefold()")
    )
    again = Reference("again", "written again", code=_normalized("str.lower(email.strip())"))
    variants = replace(
        course.variants,
        references=(course.variants.references[0], again),
        twins=(casefold,),
        mutants=(case,),
    )
    return replace(course, variants=variants)


def caught(result: TaskResult) -> list[str]:
    """The names of the bugs that were caught."""
    return [one.mutant.name for one in result.mutants if one.verdict is Verdict.KILLED]


def _normalized(text: str) -> tuple[Change, ...]:
    return (Rewrite(NORMALIZED, f"def normalized(email):\n    return {text}"),)
