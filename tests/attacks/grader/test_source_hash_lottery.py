"""Forty tests that fail by a hash of a function's code and a number of their own."""

from nomocks.grading.result import State
from nomocks.mutation.assignment import Assignment
from tests.attacks.grader.conftest import AttackOn

CELL = """\
import hashlib
from shop.services.users import normalized

def chance(number):
    normalized("A")
    code = normalized.__code__
    text = f"{number} {code.co_code} {code.co_names}"
    return hashlib.sha256(text.encode()).digest()[0] % 2
""" + "\n".join(f"def test_{number}():\n    assert chance({number})\n" for number in range(40))


def test_references_that_differ_void_it(attack_on: AttackOn, coded: Assignment) -> None:
    assert attack_on(coded, CELL).state is State.INCONSISTENT
