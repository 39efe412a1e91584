"""A process under whole control that answers by chance: what it earns on average, over all odds."""

import random
from collections.abc import Iterable

import pytest

from nomocks.grading import engine
from nomocks.grading.filling import Heed, Request
from nomocks.grading.process import Seen
from nomocks.grading.result import judged
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.matrix import Observation, Outcome
from tests.attacks.conftest import TASK

ATTEMPTS = 400


class Forger:
    """Says of a test that it failed, with given odds."""

    def __init__(self, odds: float, chances: random.Random) -> None:
        self.odds = odds
        self.chances = chances

    def __enter__(self) -> "Forger":
        return self

    def __exit__(self, *_: object) -> None:
        """It has nothing to end."""

    def observe(self, requests: Iterable[Request], heed: Heed) -> None:
        for request in requests:
            fails = self.chances.random() < self.odds
            heed(request, Seen(Observation(Outcome.FAILED if fails else Outcome.PASSED)))


@pytest.mark.parametrize("tests", [1, 2, 20])
@pytest.mark.parametrize("odds", [0.05, 0.2, 0.5])
def test_chance_earns_next_to_nothing(guarded: Assignment, tests: int, odds: float) -> None:
    chances = random.Random(f"{tests} {odds}")
    cell = "\n".join(f"def test_{number}(): pass" for number in range(tests))
    earned = 0
    for _ in range(ATTEMPTS // tests):
        forger = Forger(odds, chances)
        seen = engine.observe(
            guarded,
            TASK,
            f"%%task {TASK}\n{cell}",
            lambda *_, forger=forger: forger,
            chances.randrange(10**9),
        )
        earned += judged(guarded, guarded.task(TASK), seen).points
    most = guarded.against(TASK).points
    assert earned / (ATTEMPTS // tests) / most < 0.02
