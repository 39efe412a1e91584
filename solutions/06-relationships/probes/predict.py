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


async def test_get_and_select(happens):
    await happens("get_and_select")


async def test_stale_or_fresh(happens):
    await happens("stale_or_fresh")


async def test_two_collections(happens):
    await happens("two_collections")


async def test_nothing_found(happens):
    await happens("nothing_found")


async def test_delete_alone(happens):
    await happens("delete_alone")


async def test_delete_with_items(happens):
    await happens("delete_with_items")


async def test_deleted_yet(happens):
    await happens("deleted_yet")


async def test_after_a_rollback(happens):
    await happens("after_a_rollback")


async def test_time_of_the_update(happens):
    await happens("time_of_the_update")


async def test_price_of_three_digits(happens):
    await happens("price_of_three_digits")
