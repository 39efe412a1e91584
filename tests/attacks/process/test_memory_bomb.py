"""A process that takes 3 GB, to have the kernel kill somebody else."""

import pytest

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

CELL = """\
def test_bomb():
    held = [b"x" * (100 << 20) for _ in range(30)]
    time.sleep(3)
    assert len(held) < 30
"""


def test_a_process_has_little_memory(attack: Attack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOMOCKS_TEST_TIMEOUT", "10")  # it is not for its time that it is ended
    result = attack(CELL)
    if result.state is State.GRADED:  # else the run was killed for what it had already
        assert "MemoryError" in result.tests[0].reason
    else:
        assert result.state is State.CRASHED
