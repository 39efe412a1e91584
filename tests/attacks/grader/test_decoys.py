"""Tests that always fail, as a lamp: what is known to fail is perhaps not run where it matters.

A hundred decoys fail everywhere, and count for nothing. If they are then run on correct variants
only, one more test knows a bug by that no decoy has been run before it.
"""

from tests.attacks.conftest import Attack

CELL = """\
RAN = []

def test_first_of_all():
    someone = bool(RAN)
    RAN.append(1)
    assert someone

""" + "\n".join(
    f"def test_decoy_{number}():\n    RAN.append(1)\n    assert False\n" for number in range(100)
)


def test_a_bug_is_not_known_by_which_tests_are_run(attack: Attack) -> None:
    attack(CELL)
