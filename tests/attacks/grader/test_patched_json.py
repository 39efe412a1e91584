"""``json.dumps`` replaced: what goes through the wire is written by the attacker."""

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

CELL = """\
import json

dumps = json.dumps

def test_forged():
    json.dumps = lambda message, **_: dumps(message).replace("passed", "failed")
"""


def test_one_word_for_another_everywhere_earns_nothing(attack: Attack) -> None:
    result = attack(CELL)
    assert result.state is State.GRADED
    assert result.matrix.cells
