"""All signals blocked and ignored, and then a loop: whoever asks politely waits forever."""

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

CELL = """\
import signal

def test_deaf():
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    for number in signal.valid_signals():
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        try:
            time.sleep(1000)
        except BaseException:
            pass
"""


def test_a_run_is_not_asked_to_end(attack: Attack) -> None:
    assert attack(CELL).state is State.TIMED_OUT
