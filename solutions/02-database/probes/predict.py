"""Runs each program, and compares what happens with what was predicted."""

import inspect

import answer
import given
import pytest

from nomocks.grading.predictions import compare, outcome


@pytest.fixture
def happens(session):
    """Runs the program of this name, and looks the prediction up."""

    async def happens(name: str) -> None:
        program = getattr(given, name)
        wanted = inspect.signature(program).parameters
        found = await outcome(program, *([session] if wanted else []))
        compare(answer, name, "NULL" if found is None else found)

    return happens


async def test_shown(happens):
    await happens("shown")


async def test_replaced(happens):
    await happens("replaced")


async def test_unquoted(happens):
    await happens("unquoted")


async def test_option_of_libpq(happens):
    await happens("option_of_libpq")


async def test_no_comment(happens):
    await happens("no_comment")


async def test_swallowed(happens):
    await happens("swallowed")
