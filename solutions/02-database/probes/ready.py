"""Tries a wait, on servers that are played."""

import asyncio
import time

import answer
import pytest


class WrongPassword(Exception):
    """What does not pass by itself."""


class Played:
    """A server that refuses a few times, and then answers, hangs or fails."""

    def __init__(self, refuses=0, then="answers"):
        self.refuses, self.then, self.asked = refuses, then, 0

    async def __call__(self):
        await asyncio.sleep(0)
        self.asked += 1
        if self.asked <= self.refuses:
            raise ConnectionRefusedError(f"nobody listens, attempt {self.asked}")
        if self.then == "hangs":
            await asyncio.sleep(60)
        if self.then == "fails":
            raise WrongPassword("password authentication failed")


async def waited(server, limit=1.0, most=1.5):
    """The seconds that the wait took, and what it raised."""
    assert hasattr(answer, "wait_until_ready"), "There is no function wait_until_ready yet."
    raised, start = None, time.monotonic()
    try:
        async with asyncio.timeout(most) as bound:
            await answer.wait_until_ready(server, limit)
    except Exception as error:
        raised = error
    took = time.monotonic() - start
    assert not bound.expired(), f"With a limit of {limit} s it still waited after {most} s."
    return took, raised


@pytest.mark.parametrize("refuses", [0, 1])
async def test_it_returns_when_the_server_answers(refuses):
    server = Played(refuses)
    took, raised = await waited(server, limit=0.6)
    assert raised is None, f"The server answered, and {raised!r} was raised."
    assert server.asked == refuses + 1, f"It was asked {server.asked} times, and not {refuses + 1}."
    assert took < 0.4, f"It took {took:.1f} s to notice an answer that came at once."


async def test_it_asks_again_and_sleeps_in_between():
    server = Played(refuses=10_000_000)
    await waited(server, limit=0.15)
    assert server.asked > 1, "It asked once, and then no more."
    assert server.asked < 200, f"It asked {server.asked} times within 0.15 s, without a rest."


@pytest.mark.parametrize("refuses", [10_000_000, 0])
async def test_it_ends_at_the_limit(refuses):
    took, raised = await waited(Played(refuses, then="hangs"), limit=0.05, most=0.6)
    assert isinstance(raised, TimeoutError), f"It should raise TimeoutError, and raised {raised!r}."
    assert took > 0.04, f"It gave up after {took:.2f} s of 0.05."


async def test_what_does_not_pass_is_raised_at_once():
    server = Played(refuses=2, then="fails")
    _, raised = await waited(server, limit=0.6)
    assert isinstance(raised, WrongPassword), f"WrongPassword became {raised!r}."
    assert server.asked == 3, f"After WrongPassword it asked again ({server.asked} times in all)."


async def test_the_message_says_the_last_reason():
    server = Played(refuses=3, then="hangs")
    _, raised = await waited(server, limit=0.2, most=0.8)
    reason = "nobody listens, attempt 3"
    assert reason in str(raised), f"{raised!r} does not say {reason!r}."
