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


async def test_moved(happens):
    await happens("moved")


async def test_not_suspended(happens):
    await happens("not_suspended")


async def test_versions(happens):
    await happens("versions")


async def test_past_the_end(happens):
    await happens("past_the_end")


async def test_known_already(happens):
    await happens("known_already")
