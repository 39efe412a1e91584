"""Memory that processes share, which counts as no process's own: 2 GB of it."""

import pytest

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

CELL = """\
import mmap

def test_bomb():
    for _ in range(2):
        if os.fork() == 0:
            held = mmap.mmap(-1, 1000 << 20)
            for place in range(0, len(held), 4096):
                held[place] = 1
            time.sleep(8)
            os._exit(0)
    for _ in range(60):
        time.sleep(0.1)
"""


def test_shared_memory_counts(attack: Attack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOMOCKS_TEST_TIMEOUT", "10")  # it is not for its time that it is ended
    assert attack(CELL).state is State.CRASHED
