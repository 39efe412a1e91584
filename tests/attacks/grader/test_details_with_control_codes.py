"""A reason that clears the teacher's terminal, or shows another score in it."""

from tests.attacks.conftest import Attack

CELL = r"""
def test_reason():
    raise RuntimeError("\x1b[2J\x1b]0;owned\x07\x08\x9b31m 3 of 3\u202e\x00\ud800")
"""


def test_a_reason_is_one_printable_line(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.isprintable()
    assert test.reason.encode()
