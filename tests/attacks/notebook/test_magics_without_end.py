"""A cell of many magics costs a bounded number of readings, each one of a bounded text."""

import pytest

from nomocks.grading.intake import LONGEST_CELL
from nomocks.mutation.source import MOST_GROUPS, SourceError, module_of


def test_magics_that_follow_each_other_are_left_out_at_once() -> None:
    module = module_of("users", "", "!a\n" * (LONGEST_CELL // 3 - 10) + "def test_a(): pass")
    assert module.tests == ("test_a",)


def test_too_many_that_do_not_are_a_mistake() -> None:
    assert module_of("users", "", "!a\nx = 1\n" * MOST_GROUPS).tests == ()
    with pytest.raises(SourceError, match="syntax error"):
        module_of("users", "", "!a\nx = 1\n" * (LONGEST_CELL // 9))
