"""Every object in memory searched for changes of code: its own one is all that a run is told of."""

from nomocks.mutation.assignment import Assignment
from tests.attacks.grader.conftest import AttackOn

CELL = """\
import gc
from shop.services.users import normalized

def test_search():
    normalized("A")
    found = [one for one in gc.get_objects() if type(one).__name__ in ("Planted", "Rewrite")]
    assert len(found) <= 2
    for word in ("case", "casefold", "again"):
        texts = [one for one in gc.get_objects() if type(one).__name__ in ("Mutant", "Twin")]
        assert not texts
"""


def test_there_is_one_variant_at_most(attack_on: AttackOn, coded: Assignment) -> None:
    result = attack_on(coded, CELL)
    assert result.tests[0].reason == ""
