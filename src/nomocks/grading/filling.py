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
Pair = tuple[str, Variant]
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
    """A matrix that is being filled, with what is known already and with runs for the rest."""

    def __init__(
        self,
        matrix: KillMatrix,
        against: TaskVariants,
        plants: dict[str, Planted],
        seed: int,
        known: KillMatrix | None = None,
    ) -> None:
        self._matrix = matrix
        self._against = against
        self._variants: list[Variant] = [*against.correct, *against.mutants]
        self._known = known or KillMatrix(())
        self._seed = seed
        self._order = random.Random(seed)
        self._order.shuffle(self._variants)  # so that the number of a variant tells a test nothing
        self._numbers = {variant.name: number for number, variant in enumerate(self._variants)}
        self.plants = [plants[one.name].numbered(n) for n, one in enumerate(self._variants)]
        self._called: dict[str, frozenset[str]] = {}
        self._until = time.monotonic() + LONGEST

    def run(self, runners: Runners) -> None:
        """Run what can matter and is not known, and each kill a second time.

        The tests run on the original in any case: as long as they do there what they did, all else
        that is known of them is believed. Raises TestsHungError.
        """
        matrix, against, (original, *_) = self._matrix, self._against, self._against.references
        self._observe(runners, [(test, original) for test in matrix.tests])
        passed = [test for test in matrix.tests if not self._failed(test, original)]
        if all(self._as_known(test, original) for test in matrix.tests):
            self._recall(original)
        # The same tests on all, and all mixed, so that neither the order nor the company in which
        # a test runs tells it which variants are correct.
        others: list[Variant] = [*against.correct[1:], *against.mutants]
        self._observe(runners, self._to_run(((t, one) for t in passed for one in others), times=1))
        again: list[Pair] = []
        valid = valid_tests(matrix, against)
        for mutant in against.mutants:
            killers = [(test, mutant) for test in valid if matrix.kills(test, mutant.name)]
            again += self._one_of(killers)
        if not against.probes:
            for test in passed:
                again += self._one_of([(test, one) for one in against.correct])
        self._observe(runners, self._to_run(again, times=2))

    def _one_of(self, pairs: Sequence[Pair]) -> list[Pair]:
        """One by chance, whichever others there are: so a run more or less changes no choice."""

        def lot(pair: Pair) -> float:
            test, variant = pair
            return random.Random(f"{self._seed}/{test}/{variant.name}").random()

        return [min(pairs, key=lot)] if pairs else []

    def _as_known(self, test: str, original: Variant) -> bool:
        before = self._known.seen(test, original.name)[:1]
        now = self._matrix.seen(test, original.name)
        return [run.outcome for run in before] == [run.outcome for run in now]

    def _recall(self, original: Variant) -> None:
        """Take over what is known, but for what has just been seen again."""
        for (test, name), runs in self._known.cells.items():
            for run in runs[1 if name == original.name else 0 :]:
                self._matrix.add(test, name, run)

    def _failed(self, test: str, variant: Variant) -> bool:
        runs = self._matrix.seen(test, variant.name)
        return any(run.outcome is not Outcome.PASSED for run in runs)

    def _to_run(self, pairs: Iterable[Pair], times: int) -> list[Pair]:
        """Those not seen so many times yet, of which a test calls what the variant changes.

        The others need no run.
        """
        original, found = self._against.references[0], []
        for test, variant in pairs:
            if len(self._matrix.seen(test, variant.name)) >= times:
                continue
            if self.plants[self._numbers[variant.name]].matters_to(self._called[test]):
                found.append((test, variant))
            else:
                self._matrix.add(test, variant.name, self._matrix.seen(test, original.name)[0])
        return found

    def _observe(self, runners: Runners, pairs: list[Pair]) -> None:
        self._order.shuffle(pairs)
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
