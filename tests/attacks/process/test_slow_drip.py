"""Many tests, each just within its limit: together they would take an hour."""

import pytest

from nomocks.grading import filling
from nomocks.grading.result import State
from tests.attacks.conftest import Attack

CELL = "\n".join(f"def test_{number}():\n    time.sleep(1)\n" for number in range(100))


def test_all_tests_of_a_task_have_one_limit_together(
    attack: Attack, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(filling, "LONGEST", 4.0)
        result = attack(CELL)
    assert result.state is State.TIMED_OUT
    assert "together took more than 4 s" in result.message
