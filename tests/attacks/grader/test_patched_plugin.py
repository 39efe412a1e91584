"""The grader's plugin, found on the stack, is made to send what the attacker likes."""

from nomocks.grading.result import State
from tests.attacks.conftest import Attack
from tests.attacks.grader.conftest import PLUGIN

CELL = """\
def test_forged():
    found = plugin()
    send = type(found).send
    found.send = lambda message: send(found, message | {forged})
"""


FORGED: list[tuple[dict[str, object], State]] = [
    ({"outcome": "failed"}, State.GRADED),
    ({"outcome": "passed"}, State.GRADED),
    ({"outcome": "killed"}, State.CRASHED),
    ({"outcome": ["failed"]}, State.CRASHED),
    ({"outcome": None}, State.CRASHED),
    ({"detail": 7}, State.CRASHED),
    ({"seconds": "0"}, State.CRASHED),
]


def test_what_it_sends_is_one_verdict_or_none(attack: Attack) -> None:
    for forged, state in FORGED:
        assert attack(PLUGIN + CELL.format(forged=forged)).state is state, forged
