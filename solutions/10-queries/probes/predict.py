"""Runs each program, and compares what happens with what was predicted."""

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


async def test_customers_of_four(happens):
    await happens("customers_of_four")


async def test_without_category(happens):
    await happens("without_category")


async def test_new_rows(happens):
    await happens("new_rows")


async def test_told_by_the_session(happens):
    await happens("told_by_the_session")


async def test_five_rows(happens):
    await happens("five_rows")


async def test_joined(happens):
    await happens("joined")
