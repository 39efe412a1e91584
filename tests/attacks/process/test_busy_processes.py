"""As many busy processes as there may be, in sessions of their own, while the test hangs."""

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

CELL = """\
def test_busy():
    until = time.monotonic() + 10
    for _ in range(50):
        if os.fork() == 0:
            os.setsid()
            while time.monotonic() < until:
                pass
            os._exit(0)
    time.sleep(20)
"""


def test_all_of_them_end_with_their_run(attack: Attack) -> None:
    assert attack(CELL).state in (State.TIMED_OUT, State.CRASHED)  # for its time or its memory
