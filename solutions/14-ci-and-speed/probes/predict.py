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


async def test_cut(happens):
    await happens("cut")


async def test_not_synced(happens):
    await happens("not_synced")


async def test_confirmed_early(happens):
    await happens("confirmed_early")


async def test_seeded(happens):
    await happens("seeded")


async def test_two_workers(happens):
    await happens("two_workers")
