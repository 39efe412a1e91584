"""Runs each program, and compares what happens with what was predicted."""

import answer
import given

from nomocks.grading.predictions import compare, outcome


async def happens(name: str, *arguments: object) -> None:
    """Run the program of this name, and look the prediction up."""
    compare(answer, name, await outcome(getattr(given, name), *arguments))


async def test_whole_numbers(session):
    await happens("whole_numbers", session)


async def test_half_stars(session):
    await happens("half_stars", session)


async def test_reduced_price(session):
    await happens("reduced_price", session)


async def test_two_rules(session):
    await happens("two_rules", session)


async def test_killers():
    await happens("killers")
