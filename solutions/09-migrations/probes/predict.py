"""Runs each program, and compares what autogenerate proposes with what was predicted."""

import answer
import given
import pytest

from nomocks.grading.predictions import compare, outcome


@pytest.fixture
def happens(session):
    """Runs the program of this name, and looks the prediction up."""

    async def happens(name: str) -> None:
        compare(answer, name, await outcome(getattr(given, name), session))

    return happens


async def test_shorter_code(happens):
    await happens("shorter_code")


async def test_renamed_column(happens):
    await happens("renamed_column")


async def test_other_check(happens):
    await happens("other_check")


async def test_another_state(happens):
    await happens("another_state")


async def test_no_default(happens):
    await happens("no_default")


async def test_may_be_empty(happens):
    await happens("may_be_empty")


async def test_renamed_index(happens):
    await happens("renamed_index")
