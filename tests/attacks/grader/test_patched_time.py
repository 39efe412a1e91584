"""Clocks that stand still, and timers that never ring: the attacker wants no limit."""

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

CELL = """\
import threading

def test_forever():
    time.monotonic = time.time = time.perf_counter = lambda: 0.0
    for timer in threading.enumerate():
        if isinstance(timer, threading.Timer):
            timer.cancel()
    while True:
        pass
"""


def test_the_limit_is_kept_by_somebody_else(attack: Attack) -> None:
    assert attack(CELL).state is State.TIMED_OUT
