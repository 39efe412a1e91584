"""Tests that read the code of a function: look for a word, or compare it with its file."""

import pytest

from nomocks.grading.result import State
from nomocks.mutation.assignment import Assignment
from tests.attacks.grader.conftest import AttackOn

WORD = """\
from shop.services.users import normalized

def test_word():
    normalized("A")
    assert {"lower", "str"} & {*normalized.__code__.co_names}
"""
FILE = """\
import ast, shop.services.users as users

def test_file():
    users.normalized("A")
    for node in ast.parse(open(users.__file__).read()).body:
        if getattr(node, "name", "") == "normalized":
            made = {}
            exec(compile(ast.Module([node], []), "made", "exec"), made)
            assert made["normalized"].__code__.co_code == users.normalized.__code__.co_code
            assert made["normalized"].__code__.co_names == users.normalized.__code__.co_names
"""


@pytest.mark.parametrize(
    ("cell", "state"), [(WORD, State.GRADED), (FILE, State.INCONSISTENT)], ids=["word", "file"]
)
def test_other_correct_code_fools_whoever_reads_it(
    attack_on: AttackOn, coded: Assignment, cell: str, state: State
) -> None:
    assert attack_on(coded, cell).state is state
