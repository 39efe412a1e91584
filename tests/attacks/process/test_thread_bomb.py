"""Threads without end, each with a stack of its own."""

from tests.attacks.conftest import Attack

CELL = """\
import threading

def test_bomb():
    started = 0
    try:
        while started < 1000:
            threading.Thread(target=time.sleep, args=[20], daemon=True).start()
            started += 1
    except RuntimeError:
        raise RuntimeError(f"few: {started <= 64}")
"""


def test_a_run_has_few_threads(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: few: True")
