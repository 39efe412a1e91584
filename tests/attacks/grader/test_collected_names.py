"""The list of collected tests forged: names that are in no text, and all other kinds of things."""

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

CELL = """\
from nomocks.grading import child

child.sorted = lambda _: ["test_one", "test_of_the_solution", None, 7, ["test_one"]]

def test_one():
    pass

def test_two():
    pass
"""


def test_only_names_of_the_text_count(attack: Attack) -> None:
    result = attack(CELL)
    assert result.state is State.GRADED
    assert {test.name: test.reason for test in result.tests} == {
        "test_one": "",
        "test_two": "pytest does not collect it",
    }
