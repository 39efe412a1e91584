"""Answers written straight to the wire, which is found among the descriptors."""

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

CELL = """\
import json, socket, stat, struct

def write(message):
    data = json.dumps(message).encode()
    for descriptor in range(3, 256):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                os.write(descriptor, struct.pack("!i", len(data)) + data)
        except OSError:
            pass

def test_forged():
    for outcome in ("failed", "passed", "failed"):
        write({"outcome": outcome, "detail": "forged", "seconds": 0.1})
        write({"done": True, "called": ["shop.services.users:register"]})

def test_next():
    pass

async def test_third(session):
    await session.execute(text("SELECT 1"))
"""


def test_more_answers_than_were_asked_for_earn_nothing(attack: Attack) -> None:
    assert attack(CELL).state in (State.GRADED, State.INCONSISTENT, State.CRASHED)
