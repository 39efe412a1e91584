"""Variants of code are graded beside those of the schema, in one process, and leak into none."""

from dataclasses import replace

import pytest

from nomocks.grading.engine import grade
from nomocks.grading.result import State
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.code import Change, Patch, Rewrite
from nomocks.mutation.variants import Mutant, Reference, Twin

TARGET = "shop.services.users:normalized"
CELL = """\
from shop.services.users import register

async def test_case(session):
    user = await register(session, email="A@B.C", name="A")
    assert user.email == "a@b.c"

async def test_name(session):
    session.add(User(email="a@b.c"))
    with pytest.raises(IntegrityError):
        await session.flush()

@pytest.mark.isolation("delete")
async def test_committed(sessions):
    async with sessions.begin() as session:
        await register(session, email="A@B.C", name="A")
    async with sessions() as session:
        assert await session.scalar(select(User.email)) == "a@b.c"
        session.add(User(email="b@b.c"))
        with pytest.raises(IntegrityError):
            await session.flush()
"""


def lowered(text: str) -> tuple[Change, ...]:
    return (Rewrite(TARGET, f"def normalized(email):\n    return {text}"),)


@pytest.fixture
def mixed(small: Assignment) -> Assignment:
    """The small assignment with bugs in the code and in the schema."""
    mutant, nameless = small.variants.mutants
    case = replace(mutant, name="case", statements=(), code=lowered("email.strip()"))
    twin = Twin(
        "by-casefold", "users", "case", "casefold", code=lowered("email.strip().casefold()")
    )
    again = Reference("again", "written again", code=lowered("str.lower(email.strip())"))
    variants = replace(
        small.variants,
        references=(*small.variants.references, again),
        twins=(twin,),
        mutants=(case, nameless),
    )
    return replace(small, variants=variants)


def test_each_bug_is_caught_by_the_tests_that_see_it(mixed: Assignment) -> None:
    result = grade(mixed, "users", CELL)
    assert (result.state, result.message) == (State.GRADED, "")
    assert {one.mutant.name: one.tests for one in result.mutants} == {
        "case": ("test_case", "test_committed"),
        "nameless": ("test_name", "test_committed"),
    }
    assert result.full


@pytest.mark.parametrize(
    "code", [(Patch(TARGET, "no such text", ""),), (Patch("shop.services.users:no", "a", "b"),)]
)
def test_a_variant_that_cannot_be_planted_is_not_the_students_fault(
    mixed: Assignment, code: tuple[Change, ...]
) -> None:
    (first, *others) = mixed.variants.mutants
    broken: tuple[Mutant, ...] = (replace(first, code=code), *others)
    variants = replace(mixed.variants, mutants=broken)
    result = grade(replace(mixed, variants=variants), "users", CELL)
    assert result.state is State.NOT_GRADED
    assert "a variant that can't be used" in result.message
