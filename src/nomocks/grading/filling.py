"""The order in which a task's tests are run on its variants, and what is not worth a run."""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from nomocks.grading.process import Seen, time_limit
from nomocks.grading.result import State
from nomocks.mutation.judging import valid_tests
from nomocks.mutation.matrix import KillMatrix, Outcome
from nomocks.mutation.source import CellModule
from nomocks.mutation.variants import Planted, TaskVariants, Variant

LONGEST = 180.0  # seconds that all runs of a task may take
Request = tuple[str, int]  # a test, and the number of a variant
Heed = Callable[[Request, Seen], None]


class Runners(Protocol):
    """What runs tests on variants."""

    def observe(self, requests: Iterable[Request], heed: Heed) -> None:
        """Do every request, and call ``heed`` with each answer. What it raises ends all."""


Start = Callable[[CellModule, Sequence[Planted]], AbstractContextManager[Runners]]


class TestsHungError(RuntimeError):
    """A test did not end, or ended its process, on a correct variant. One sentence."""

    __test__ = False

    def __init__(self, state: State, message: str) -> None:
        super().__init__(message)
        self.state = state


class Filling:
    """A matrix that is being filled."""

    def __init__(
        self,
        matrix: KillMatrix,
        against: TaskVariants,
        plants: dict[str, Planted],
        chances: random.Random,
    ) -> None:
        self._matrix = matrix
        self._against = against
        self._variants: list[Variant] = [*against.correct, *against.mutants]
        self._chances = chances
        chances.shuffle(self._variants)  # so that the number of a variant tells a test nothing
        self._numbers = {variant.name: number for number, variant in enumerate(self._variants)}
        self.plants = [plants[one.name].numbered(n) for n, one in enumerate(self._variants)]
        self._called: dict[str, frozenset[str]] = {}
        self._until = time.monotonic() + LONGEST

    def run(self, runners: Runners) -> None:
        """Run what can matter, and each kill a second time. Raises TestsHungError."""
        matrix, against, (original, *_) = self._matrix, self._against, self._against.references
        self._observe(runners, [(test, original) for test in matrix.tests])
        passed = [test for test in matrix.tests if not self._failed(test, original)]
        # The same tests on all, and all mixed, so that neither the order nor the company in which
        # a test runs tells it which variants are correct.
        others: list[Variant] = [*against.correct[1:], *against.mutants]
        self._observe(runners, self._worth_a_run((t, one) for t in passed for one in others))
        again: list[tuple[str, Variant]] = []
        valid = valid_tests(matrix, against)
        for mutant in against.mutants:
            killers = [test for test in valid if matrix.kills(test, mutant.name)]
            again += [
                (test, mutant) for test in self._chances.sample(killers, min(1, len(killers)))
            ]
        if not against.probes:
            again += [(test, self._chances.choice(against.correct)) for test in passed]
        self._observe(runners, self._worth_a_run(again))

    def _failed(self, test: str, variant: Variant) -> bool:
        runs = self._matrix.seen(test, variant.name)
        return any(run.outcome is not Outcome.PASSED for run in runs)

    def _worth_a_run(self, pairs: Iterable[tuple[str, Variant]]) -> list[tuple[str, Variant]]:
        """Those of which a test calls what the variant changes; the others need none."""
        original, found = self._against.references[0], []
        for test, variant in pairs:
            if self.plants[self._numbers[variant.name]].matters_to(self._called[test]):
                found.append((test, variant))
            else:
                self._matrix.add(test, variant.name, self._matrix.seen(test, original.name)[0])
        return found

    def _observe(self, runners: Runners, pairs: list[tuple[str, Variant]]) -> None:
        self._chances.shuffle(pairs)
        requests = [(test, self._numbers[variant.name]) for test, variant in pairs]
        runners.observe(requests, self._heed)

    def _heed(self, request: Request, seen: Seen) -> None:
        if time.monotonic() > self._until:
            raise TestsHungError(
                State.TIMED_OUT,
                f"All these tests together took more than {LONGEST:g} s: let each do less, or "
                "write fewer.",
            )
        test, variant = request[0], self._variants[request[1]]
        outcome = seen.observation.outcome
        hung = outcome in (Outcome.TIMEOUT, Outcome.CRASHED)
        if hung and variant.kind != "mutant" and not self._against.probes:
            raise _hung(test, outcome)
        self._matrix.add(test, variant.name, seen.observation)
        if variant is self._against.references[0]:
            self._called[test] = seen.called


def _hung(test: str, outcome: Outcome) -> TestsHungError:
    if outcome is Outcome.TIMEOUT:
        return TestsHungError(
            State.TIMED_OUT,
            f"{test} did not come to an end within {time_limit():g} s: "
            "look for a loop or a wait that never ends.",
        )
    return TestsHungError(
        State.CRASHED, f"{test} ended the process that it ran in: leave exits to pytest."
    )
