"""Processes that each stay within the limit of one, and together take 2.7 GB."""

import pytest

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

CELL = """\
def test_bomb():
    for _ in range(3):
        if os.fork() == 0:
            held = b"x" * (900 << 20)
            time.sleep(8)
            os._exit(len(held) & 1)
    for _ in range(60):
        time.sleep(0.1)
"""


def test_all_processes_of_a_run_have_one_limit_together(
    attack: Attack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOMOCKS_TEST_TIMEOUT", "10")  # it is not for its time that it is ended
    assert attack(CELL).state is State.CRASHED
