"""One test that is a hundred thousand cases: each passes, and each has a limit of its own."""

import pytest

from nomocks.grading import process
from nomocks.grading.result import State
from tests.attacks.conftest import Attack

MANY = """\
@pytest.mark.parametrize("number", range({cases}))
def test_many(number):
    pass
"""


def test_too_many_to_be_run(attack: Attack) -> None:
    result = attack(MANY.format(cases=1500))
    assert result.state in (State.CRASHED, State.TIMED_OUT)


def test_too_many_to_be_collected(attack: Attack, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(process, "COLLECTING", 4.0)
        result = attack(MANY.format(cases=10**6))
    assert result.state is State.NOT_COLLECTED
