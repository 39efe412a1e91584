"""What the kill matrix says of each test, and of the suite on each mutant."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from nomocks.mutation.matrix import KillMatrix, Outcome
from nomocks.mutation.variants import Mutant, Probe, TaskVariants, Variant

# Of tests that fail by chance, the same on each variant, a few pass on all that is correct and
# "catch" bugs; the twins catch the others, and so many at once are no accident.
MOST_CAUGHT = 1


class Verdict(StrEnum):
    """What a test, or the suite on a mutant, is worth."""

    VALID = "valid"
    INVALID = "invalid"
    KILLED = "caught"
    SURVIVED = "not caught"
    KEPT = "kept"
    BROKEN = "broken"


@dataclass(frozen=True)
class TestVerdict:
    """A test of the suite. ``reason`` says why it is invalid, ``where`` on which variant."""

    name: str
    verdict: Verdict
    where: str = ""
    reason: str = ""

    __test__ = False


@dataclass(frozen=True)
class MutantVerdict:
    """A planted bug, and the tests that caught it."""

    mutant: Mutant
    verdict: Verdict
    tests: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()  # tests that neither passed nor failed there, and why


@dataclass(frozen=True)
class PromiseVerdict:
    """What a student's answer promises, and why a probe found the promise broken."""

    probe: Probe
    verdict: Verdict
    reason: str = ""


def valid_tests(matrix: KillMatrix, against: TaskVariants) -> list[str]:
    """The tests that passed on every reference and twin, each time they were run there."""
    return [
        test
        for test in matrix.tests
        if all(
            run.outcome is Outcome.PASSED
            for variant in against.correct
            for run in matrix.seen(test, variant.name)
        )
    ]


def inconsistency(matrix: KillMatrix, against: TaskVariants) -> str | None:
    """Why the suite is void: one sentence; None if it is not."""
    for test, _ in matrix.changed_its_mind():
        return (
            f"{test} passes at one time and fails at another, on the same variant: let it depend "
            "on nothing but the rows that it writes."
        )
    for test in matrix.tests:
        passed = {
            reference: all(run.outcome is Outcome.PASSED for run in runs)
            for reference in against.references
            if (runs := matrix.seen(test, reference.name))
        }
        if len(set(passed.values())) > 1:
            failing = [one.summary for one, did in passed.items() if not did]
            return (
                f"{test} passes on one correct variant and fails on another, {failing[0]}: "
                "test what happens, not how it is written."
            )
    if len(caught := list(_caught_by_twins(matrix, against))) > MOST_CAUGHT:
        return (
            f"{len(caught)} tests ({', '.join(caught[:3])}, …) pass on the references and fail on "
            "other correct variants: test what happens, not how it is written."
        )
    return None


def _caught_by_twins(matrix: KillMatrix, against: TaskVariants) -> Iterator[str]:
    """The tests that pass on every reference, and not on every twin."""

    def passed(test: str, variants: Iterable[Variant]) -> bool:
        runs = [run for one in variants for run in matrix.seen(test, one.name)]
        return all(run.outcome is Outcome.PASSED for run in runs)

    for test in matrix.tests:
        if passed(test, against.references) and not passed(test, against.twins):
            yield test


def judge_tests(matrix: KillMatrix, against: TaskVariants) -> tuple[TestVerdict, ...]:
    """Each test's own verdict."""
    return tuple(_judge_test(matrix, against, test) for test in matrix.tests)


def judge_mutants(matrix: KillMatrix, against: TaskVariants) -> tuple[MutantVerdict, ...]:
    """Which mutants the valid tests killed."""
    valid = valid_tests(matrix, against)
    verdicts = []
    for mutant in against.mutants:
        tests = tuple(test for test in valid if matrix.kills(test, mutant.name))
        errors = tuple(
            f"{test}: {run.detail or run.outcome}"
            for test in valid
            for run in matrix.seen(test, mutant.name)
            if run.outcome not in (Outcome.PASSED, Outcome.FAILED)
        )
        verdict = Verdict.KILLED if tests else Verdict.SURVIVED
        verdicts.append(MutantVerdict(mutant, verdict, tests, errors))
    return tuple(verdicts)


def judge_probes(matrix: KillMatrix, against: TaskVariants) -> tuple[PromiseVerdict, ...]:
    """Which promises an answer keeps: its probe passes on every reference, each time."""
    return tuple(_judge_probe(matrix, against, probe) for probe in against.probes)


def _judge_probe(matrix: KillMatrix, against: TaskVariants, probe: Probe) -> PromiseVerdict:
    runs = [run for one in against.references for run in matrix.seen(probe.test, one.name)]
    for run in runs:
        if run.outcome is not Outcome.PASSED:
            reason = run.detail.removeprefix("AssertionError: ") or f"it {run.outcome}"
            return PromiseVerdict(probe, Verdict.BROKEN, reason)
    return PromiseVerdict(probe, Verdict.KEPT if runs else Verdict.BROKEN)


def _judge_test(matrix: KillMatrix, against: TaskVariants, test: str) -> TestVerdict:
    for variant in against.correct:
        for run in matrix.seen(test, variant.name):
            if run.outcome is not Outcome.PASSED:
                reason = run.detail or f"it {run.outcome}"
                if run.outcome is Outcome.SKIPPED:
                    reason = f"skipped: {reason}"
                return TestVerdict(test, Verdict.INVALID, variant.summary, reason)
    return TestVerdict(test, Verdict.VALID)
