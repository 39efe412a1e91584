"""A cell that Python can't read, at any depth or length, is a mistake and no more."""

import pytest

from nomocks.grading.intake import LONGEST_CELL
from nomocks.mutation.source import SourceError, module_of

BOMBS = {
    "parentheses": "(" * LONGEST_CELL,
    "brackets, open": "[" * 150 + ":",
    "signs": "-" * (LONGEST_CELL - 1) + "1",
    "sums": "+".join("1" * (LONGEST_CELL // 2)),
    "calls": "f" + "()" * (LONGEST_CELL // 2 - 1),
    "attributes": "a" + ".a" * (LONGEST_CELL // 2 - 1),
    "lambdas": "(lambda: " * 99,
    "else": "if x: pass\n" + "elif x: pass\n" * 7_000,
    "a long number": "x = " + "9" * (LONGEST_CELL - 4),
    "an open text": "x = '''" + "x" * 90_000,
    "indents": "".join(f"{' ' * depth}if x:\n" for depth in range(400)),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_it_is_a_mistake(bomb: str) -> None:
    with pytest.raises(SourceError) as caught:
        module_of("users", "", f"%%task users\n{bomb}")
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "text", ["x = 9**9**9**9", "x = 'a' * 10**9", "x = (1,) * 10**9", "x = 1 << 10**9"]
)
def test_no_constant_is_computed_before_its_time(text: str) -> None:
    module = module_of("users", "", f"%%task users\ndef test_a():\n    {text}")
    assert module.tests == ("test_a",)
