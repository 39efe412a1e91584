"""A process that is to live until the next run has begun, and tells it how many there were.

It listens on a socket without a place in the file system, and holds much memory, so that to end it
takes a while.
"""

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

CELL = r"""
import socket

NAME = "\0count-of-the-runs"

def asked():
    with socket.socket(socket.AF_UNIX) as relay:
        try:
            relay.connect(NAME)
            return relay.recv(1)[0] + 1
        except OSError:
            return 0

COUNT = asked()

def tell(count):
    for _ in range(3):
        if os.fork() == 0:
            break
    else:
        return
    os.setsid()
    held = b"x" * (200 << 20)
    with socket.socket(socket.AF_UNIX) as relay:
        try:
            relay.bind(NAME)
        except OSError:
            time.sleep(5)
        relay.listen(100)
        relay.settimeout(5)
        while held:
            relay.accept()[0].send(bytes([count]))

def test_count():
    tell(COUNT)
    time.sleep(0.5)
    assert COUNT == 0, f"it is run {COUNT}"
"""


def test_no_run_hears_of_another(attack: Attack) -> None:
    result = attack(CELL)
    assert result.state is State.GRADED, result.message
    assert result.tests[0].reason == ""
