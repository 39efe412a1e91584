"""A duration that no report can hold: not a number, infinite, negative, of 400 digits."""

import math

import pytest

from tests.attacks.conftest import Attack
from tests.attacks.grader.conftest import PLUGIN

CELL = """\
def test_forged():
    found = plugin()
    def send(message):
        if "outcome" in message:
            text = '{"outcome": "passed", "detail": "", "seconds": SECONDS}'
            found.pipe.send_bytes(text.encode())
        else:
            type(found).send(found, message)
    found.send = send
"""


@pytest.mark.parametrize(
    "seconds", ["NaN", "Infinity", "-1", "1e999", "9" * 400, "true"], ids=lambda text: text[:9]
)
def test_durations_are_finite(attack: Attack, seconds: str) -> None:
    result = attack(PLUGIN + CELL.replace("SECONDS", seconds))
    durations = [run.seconds for runs in result.matrix.cells.values() for run in runs]
    assert all(math.isfinite(duration) and duration >= 0 for duration in durations), durations
