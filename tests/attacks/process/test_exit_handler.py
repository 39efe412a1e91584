"""What is to be done at exit, when the grader has gone: answers, files, processes."""

from tests.attacks.conftest import Attack

CELL = """\
import atexit, sys, threading

def later():
    time.sleep(1)
    if os.fork() == 0:
        time.sleep(60)

atexit.register(later)
threading._register_atexit(later)

class Last:
    def __del__(self):
        later()

LAST = Last()

def test_nothing():
    sys.modules["last"] = Last()
"""


def test_a_run_is_killed_before_it_says_good_bye(attack: Attack) -> None:
    result = attack(CELL)
    assert [test.reason for test in result.tests] == [""]
