"""A test that fails where its process was told of a change of code, whatever that is."""

from nomocks.grading.result import State
from nomocks.mutation.assignment import Assignment
from tests.attacks.grader.conftest import PLUGIN, AttackOn

CELL = """\
from shop.services.users import normalized

def test_told():
    normalized("A")
    assert not plugin().job.variants[0].code
"""


def test_correct_code_is_a_change_as_well(attack_on: AttackOn, coded: Assignment) -> None:
    assert attack_on(coded, PLUGIN + CELL).state is State.INCONSISTENT
