"""A cell that never comes to its first test: what is not a test has a limit as well."""

import pytest

from nomocks.grading import process
from nomocks.grading.result import State
from tests.attacks.conftest import Attack

CELL = """\
while True:
    time.sleep(1)

def test_nothing():
    pass
"""


def test_an_import_is_ended(attack: Attack, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(process, "COLLECTING", 3.0)
        result = attack(CELL)
    assert result.state is State.NOT_COLLECTED
    assert "did not come to an end before its first test" in result.message
