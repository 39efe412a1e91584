"""Messages that are none: cut short, too long, of a negative length, nested, no JSON, no object."""

from nomocks.grading.result import State
from tests.attacks.conftest import Attack
from tests.attacks.grader.conftest import PLUGIN

CELL = """\
import struct

def test_broken():
    wire = plugin().pipe.fileno()
    data = {data}
    while data:
        data = data[os.write(wire, data):]
    time.sleep(60)
"""


BROKEN = [
    (r'b"\0\0"', State.TIMED_OUT),
    (r'struct.pack("!i", 100) + b"half of"', State.TIMED_OUT),
    (r'struct.pack("!i", -1)', State.CRASHED),
    (r'struct.pack("!iQ", -1, 1 << 40) + b"x" * 65536', State.CRASHED),
    (r'struct.pack("!i", 2**31 - 1)', State.CRASHED),
    (r'struct.pack("!i", 60000) + b"[" * 60000', State.CRASHED),
    (r'struct.pack("!i", 2) + b"[]"', State.CRASHED),
    (r'struct.pack("!i", 4) + b"\xff\xff\xff\xff"', State.CRASHED),
    (r'struct.pack("!i", 5000) + b"9" * 5000', State.CRASHED),
    (r'struct.pack("!i", 0)', State.CRASHED),
]


def test_a_broken_message_is_no_verdict(attack: Attack) -> None:
    for data, state in BROKEN:
        assert attack(PLUGIN + CELL.format(data=data)).state is state, data
