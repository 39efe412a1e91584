"""Runs each program, and compares what happens with what was predicted."""

import answer
import given
import pytest

from nomocks.grading.predictions import compare, outcome


@pytest.fixture
def happens(sessions):
    """Runs the program of this name, and looks the prediction up."""

    async def happens(name: str) -> None:
        compare(answer, name, await outcome(getattr(given, name), sessions))

    return happens


async def test_nobody_commits(happens):
    await happens("nobody_commits")


async def test_returned(happens):
    await happens("returned")


async def test_too_long(happens):
    await happens("too_long")


async def test_mocked(happens):
    await happens("mocked")


async def test_halfway(happens):
    await happens("halfway")
