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


async def test_an_eighth(happens):
    await happens("an_eighth")


async def test_no_discount(happens):
    await happens("no_discount")


async def test_one_tag_more(happens):
    await happens("one_tag_more")


async def test_no_such_role(happens):
    await happens("no_such_role")


async def test_no_attributes(happens):
    await happens("no_attributes")


async def test_the_shelf_comes_back(happens):
    await happens("the_shelf_comes_back")


async def test_the_other_one(happens):
    await happens("the_other_one")
