"""A process that is to live until the next run has begun, and tells it how many there were.

It has a socket with a name and no place in the file system, and holds much memory, so that to end
it takes a while.
"""

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

CELL = r"""
import socket

NAME = "\0count-of-the-runs-%d"

def taken(count):
    relay = socket.socket(socket.AF_UNIX)
    try:
        relay.bind(NAME % count)
    except OSError:
        relay.close()
        return None
    return relay

def counted():
    for count in range(100):
        if relay := taken(count):
            relay.close()
            return count

COUNT = counted()

def tell(count):
    for _ in range(3):
        if os.fork() == 0:
            break
    else:
        return
    os.setsid()
    held = b"x" * (200 << 20), taken(count)
    time.sleep(8)
    os._exit(len(held))

def test_count():
    tell(COUNT)
    time.sleep(0.5)
    assert COUNT == 0, f"it is run {COUNT}"
"""


def test_no_run_hears_of_another(attack: Attack) -> None:
    result = attack(CELL)
    assert result.state is State.GRADED, result.message
    assert result.tests[0].reason == ""
