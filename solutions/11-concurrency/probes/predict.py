"""Runs each program, and compares what happens with what was predicted."""

import answer
import given
import pytest

from nomocks.grading.predictions import compare, outcome
from nomocks.testing.factories import ProductFactory

pytestmark = pytest.mark.isolation("delete")


@pytest.fixture
def happens(sessions):
    """Runs the program of this name, and looks the prediction up."""

    async def happens(name: str) -> None:
        async with sessions.begin() as session:
            for sku in "AB":
                await ProductFactory.create_async(session, sku=sku, stock=10)
        compare(answer, name, await outcome(getattr(given, name), sessions))

    return happens


async def test_looked_at_late(happens):
    await happens("looked_at_late")


async def test_looked_at_another(happens):
    await happens("looked_at_another")


async def test_overwritten(happens):
    await happens("overwritten")


async def test_both_are_emptied(happens):
    await happens("both_are_emptied")


async def test_found_free(happens):
    await happens("found_free")
