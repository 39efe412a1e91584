"""The kill matrix: what each test did on each variant, pass by pass."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """How one test ended on one variant."""

    PASSED = "passed"
    FAILED = "failed"  # by an assertion or a database error, in the test itself
    ERROR = "error"  # by anything else: it says nothing about the variant
    SKIPPED = "skipped"  # skipped, or expected to fail
    TIMEOUT = "timed out"
    CRASHED = "ended its process"


# A parametrized test has one outcome: the first of these that any of its cases had.
WORST_FIRST = (
    Outcome.TIMEOUT,
    Outcome.CRASHED,
    Outcome.FAILED,
    Outcome.ERROR,
    Outcome.SKIPPED,
    Outcome.PASSED,
)


@dataclass(frozen=True)
class Observation:
    """One run of a test on a variant. ``detail`` is one line that says why it did not pass."""

    outcome: Outcome
    detail: str = ""
    seconds: float = 0.0


def together(cases: list[Observation]) -> Observation:
    """The observation of a test from those of its parametrized cases. Raises ValueError on none."""
    worst = min(cases, key=lambda case: WORST_FIRST.index(case.outcome))
    return Observation(worst.outcome, worst.detail, sum(case.seconds for case in cases))


@dataclass
class KillMatrix:
    """Every observation so far, by test and variant, in the order they were made."""

    tests: tuple[str, ...]
    cells: dict[tuple[str, str], list[Observation]] = field(default_factory=dict)

    def add(self, test: str, variant: str, observation: Observation) -> None:
        """Note one run."""
        self.cells.setdefault((test, variant), []).append(observation)

    def seen(self, test: str, variant: str) -> tuple[Observation, ...]:
        """The runs of a test on a variant; none if it was not run there."""
        return tuple(self.cells.get((test, variant), ()))

    def changed_its_mind(self) -> Iterator[tuple[str, str]]:
        """Each test and variant whose runs differ in whether they failed."""
        for (test, variant), runs in sorted(self.cells.items()):
            if len({run.outcome is Outcome.PASSED for run in runs}) > 1:
                yield test, variant

    def kills(self, test: str, variant: str) -> bool:
        """Whether the test failed on the variant, in every run."""
        runs = self.seen(test, variant)
        return bool(runs) and all(run.outcome is Outcome.FAILED for run in runs)
