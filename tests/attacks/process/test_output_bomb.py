"""Output without end, to fill a log, or the memory of whoever reads it."""

from tests.attacks.conftest import Attack

CELL = """\
import sys

def test_bomb():
    line = "x" * (1 << 20)
    for _ in range(100):
        print(line)
        print(line, file=sys.stderr)
        os.write(1, line.encode())
        os.write(2, line.encode())
    assert False, line
"""


def test_output_goes_nowhere_and_a_reason_is_short(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("AssertionError: xxx")
    assert len(test.reason) <= 300
