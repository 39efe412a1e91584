"""The grader's own functions replaced in the process of the tests: each outcome is "failed"."""

import pytest

from tests.attacks.conftest import Attack

CELL = """\
from nomocks.grading import child
from nomocks.mutation import over_variants
from nomocks.mutation.matrix import Observation, Outcome

def test_forged():
    over_variants.outcome_of = child.case_report = lambda *_: Outcome.{outcome}
    child.with_phase = lambda *_: Observation(Outcome.{outcome}, "forged")
"""


@pytest.mark.parametrize("outcome", ["FAILED", "PASSED", "ERROR"])
def test_one_verdict_everywhere_earns_nothing(attack: Attack, outcome: str) -> None:
    attack(CELL.format(outcome=outcome))
