"""Runs each program, and compares what happens with what was predicted."""

import answer
import given
import pytest

from nomocks.grading.predictions import compare, outcome


@pytest.fixture
def happens(session, engine):
    """Runs the program of this name, and looks the prediction up."""

    async def happens(name: str) -> None:
        compare(answer, name, await outcome(getattr(given, name), session, engine))

    return happens


async def test_a_gap(happens):
    await happens("a_gap")


async def test_one_moment(happens):
    await happens("one_moment")


async def test_same_address(happens):
    await happens("same_address")


async def test_two_in_one_seat(happens):
    await happens("two_in_one_seat")


async def test_a_setting(happens):
    await happens("a_setting")


async def test_emptied(happens):
    await happens("emptied")
