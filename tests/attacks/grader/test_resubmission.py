"""The same cell handed in again and again, until chance has it that a bug is caught."""

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

CELL = "\n".join(f"def test_{number}():\n    assert os.urandom(1)[0] % 3\n" for number in range(20))


def test_each_time_it_comes_to_nothing(attack: Attack) -> None:
    for _ in range(2):
        assert attack(CELL).state is State.INCONSISTENT
