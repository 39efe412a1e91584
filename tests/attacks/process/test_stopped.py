"""Processes that stop themselves, and so don't die of any signal but one."""

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

CELL = """\
import signal

def test_stop():
    for _ in range(5):
        if os.fork() == 0:
            os.setsid()
            os.kill(os.getpid(), signal.SIGSTOP)
            time.sleep(60)
            os._exit(0)
    os.kill(0, signal.SIGSTOP)
    os.kill(os.getpid(), signal.SIGSTOP)
    while True:
        time.sleep(1)
"""


def test_who_is_stopped_is_killed(attack: Attack) -> None:
    assert attack(CELL).state is State.TIMED_OUT
