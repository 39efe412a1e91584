"""What a run of tests over mutants found: for people, and as JSON."""

import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nomocks.mutation.judging import (
    MutantVerdict,
    TestVerdict,
    Verdict,
    judge_mutants,
    judge_tests,
)
from nomocks.mutation.matrix import KillMatrix
from nomocks.mutation.population import Population
from nomocks.mutation.variants import Reference, TaskVariants

ORIGINAL = Reference("original", "the original")
WIDTH = 88  # letters of a line


@dataclass(frozen=True)
class Score:
    """The verdicts on each test and each mutant."""

    population: Population
    tests: tuple[TestVerdict, ...]
    mutants: tuple[MutantVerdict, ...]

    @property
    def killed(self) -> tuple[MutantVerdict, ...]:
        """The mutants that a valid test failed on."""
        return tuple(one for one in self.mutants if one.verdict is Verdict.KILLED)

    @property
    def survived(self) -> tuple[MutantVerdict, ...]:
        """The others."""
        return tuple(one for one in self.mutants if one.verdict is Verdict.SURVIVED)

    @property
    def percent(self) -> float:
        """The mutation score: how many of 100 mutants were killed."""
        return 100 * len(self.killed) / len(self.mutants)


def score_of(population: Population, matrix: KillMatrix) -> Score:
    """Judge what was observed."""
    against = TaskVariants((ORIGINAL,), (), population.mutants)
    return Score(population, judge_tests(matrix, against), judge_mutants(matrix, against))


def lines(score: Score) -> Iterator[str]:
    """The report: the counts, the survivors, and which test killed which mutants."""
    total = len(score.mutants)
    yield f"{len(score.killed)} of {total} mutants killed, score {score.percent:.0f} %"
    counts = Counter(one.why for one in score.population.removed)
    left_out = [f"{count} {why}" for why, count in sorted(counts.items())]
    if score.population.plans:
        left_out.append(f"{len(score.population.plans)} that change only query plans")
    if left_out:
        yield f"Not run: {', '.join(left_out)}."
    for test in score.tests:
        if test.verdict is Verdict.INVALID:
            yield f"{test.name} does not count, as it fails on {test.where}: {test.reason}"
    for survivor in score.survived:
        mutant = survivor.mutant
        name = "" if mutant.name == mutant.bug else f"  [{mutant.name}]"
        yield f"survived: {mutant.bug}{name}"
        yield from (f"  neither passed nor failed there: {error}" for error in survivor.errors)
    for test in score.tests:
        kills = [one.mutant.name for one in score.killed if test.name in one.tests]
        if kills:
            told = f"{test.name} killed {len(kills)}: {'; '.join(kills)}"
            yield from textwrap.wrap(told, WIDTH, subsequent_indent="  ")
        elif test.verdict is Verdict.VALID:
            yield f"{test.name} killed none"


def as_json(score: Score) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "score": score.percent,
        "killed": len(score.killed),
        "survived": len(score.survived),
        "tests": [
            {"name": one.name, "verdict": one.verdict, "reason": one.reason} for one in score.tests
        ],
        "mutants": [
            {
                "name": one.mutant.name,
                "what": one.mutant.bug,
                "killed": one.verdict is Verdict.KILLED,
                "by": one.tests,
                "errors": one.errors,
                "statements": one.mutant.statements,
            }
            for one in score.mutants
        ],
        "plans": [{"name": one.name, "what": one.what} for one in score.population.plans],
        "removed": [
            {"name": one.mutant.name, "why": one.why, "reason": one.reason}
            for one in score.population.removed
        ],
    }
