"""Mutants of functions: which steps are left out, and that each changes the function."""

import pytest

from nomocks.mutation.code import applied
from nomocks.mutation.code_operators import OPERATORS, code_mutants
from nomocks.mutation.errors import VariantError

STEPS = """
async def place(session, id, found=None):
    query = select(Order).where(Order.id == id).order_by(Order.id).options(load).with_for_update()
    if id < 1:
        raise ValueError(id)
    order = await session.scalar(query)
    await session.refresh(order)
    await session.flush()
    await session.commit()
    return order
"""


@pytest.fixture
def target(pytester: pytest.Pytester) -> str:
    pytester.makepyfile(steps=STEPS)
    pytester.syspathinsert()
    return "steps:place"


def test_each_operator_takes_one_step_away(target: str) -> None:
    found = {one.name: one.what for one in code_mutants(target)}
    assert found == {
        "FilterR steps:place .where(Order.id == id)": "place leaves out .where(Order.id == id).",
        "OrderR steps:place .order_by(Order.id)": "place leaves out .order_by(Order.id).",
        "LoadR steps:place .options(load)": "place leaves out .options(load).",
        "LockR steps:place .with_for_update()": "place leaves out .with_for_update().",
        "CompareE steps:place Order.id == id": "place asks Order.id != id, not Order.id == id.",
        "GuardR steps:place id < 1": "place does not refuse if id < 1.",
        "CompareE steps:place id < 1": "place asks id <= 1, not id < 1.",
        "RefreshR steps:place await session.refresh(order)": (
            "place leaves out await session.refresh(order)."
        ),
        "FlushR steps:place await session.flush()": "place leaves out await session.flush().",
        "CommitR steps:place await session.commit()": "place leaves out await session.commit().",
    }
    assert {name.split()[0] for name in found} == set(OPERATORS)


def test_a_mutant_changes_only_its_own_step(target: str) -> None:
    (mutant,) = code_mutants(target, ["LockR"])
    source = mutant.code[0].source
    assert "with_for_update" not in source
    assert ".order_by(Order.id).options(load)" in source


def test_every_mutant_of_the_shops_services_can_be_planted() -> None:
    mutants = [
        mutant
        for name in ("catalogue", "orders", "outbox", "payments", "stock", "users")
        for mutant in code_mutants(f"shop.services.{name}")
    ]
    assert len({mutant.name for mutant in mutants}) == len(mutants) > 50
    for mutant in mutants:
        with applied(mutant.code):
            pass


@pytest.mark.parametrize(
    ("target", "operators", "said"),
    [
        ("no.such.module", OPERATORS, "no module"),
        ("shop.services.users", ["NNCR"], "no operator NNCR"),
    ],
)
def test_what_is_not_there_is_named(target: str, operators: list[str], said: str) -> None:
    with pytest.raises(VariantError, match=said):
        list(code_mutants(target, operators))
