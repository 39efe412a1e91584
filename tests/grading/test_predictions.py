"""Predictions are compared fairly, and by nothing that the student's cell brings along."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from unittest.mock import ANY

import pytest

from nomocks.grading.predictions import agree, compare, outcome


class Same(str):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = str.__hash__


@pytest.mark.parametrize(
    ("predicted", "found"),
    [(1, 1), ("a", "a"), ((1, 2), [1, 2]), (1, Decimal("1.00")), ([("a", 1)], [("a", 1)])],
)
def test_equal_values_agree(predicted: object, found: object) -> None:
    assert agree(predicted, found)


@pytest.mark.parametrize(
    ("predicted", "found"),
    [(2, 1), (True, 1), ("1", 1), (ANY, 1), (Same(), "a"), ([ANY], [1]), ([1], [1, 1])],
)
def test_others_do_not(predicted: object, found: object) -> None:
    assert not agree(predicted, found)


def test_the_message_does_not_tell_the_value() -> None:
    answer: Any = SimpleNamespace(PREDICTED={"program": 3})
    compare(answer, "program", 3)
    with pytest.raises(AssertionError) as caught:
        compare(answer, "program", 41)
    assert "program" in str(caught.value)
    assert "41" not in str(caught.value)
    with pytest.raises(AssertionError, match="There is no prediction for other"):
        compare(answer, "other", 41)


async def test_an_outcome_is_a_value_or_the_name_of_an_exception() -> None:
    async def late() -> int:
        return 1

    assert await outcome(late) == 1
    assert await outcome(int, "2") == 2
    assert await outcome(int, "two") == "ValueError"
