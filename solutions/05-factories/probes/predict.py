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


async def test_built(happens):
    await happens("built")


async def test_three_orders(happens):
    await happens("three_orders")


async def test_user_by_id(happens):
    await happens("user_by_id")


async def test_user_by_id_alone(happens):
    await happens("user_by_id_alone")


async def test_next_number(happens):
    await happens("next_number")


async def test_ten_orders(happens):
    await happens("ten_orders")


async def test_new_tag(happens):
    await happens("new_tag")
