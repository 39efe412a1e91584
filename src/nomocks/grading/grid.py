"""The words and signs of the kill matrix, the same in every report."""

from dataclasses import dataclass

from nomocks.grading.result import TaskResult
from nomocks.mutation.judging import Verdict
from nomocks.mutation.matrix import Observation, Outcome
from nomocks.mutation.variants import Variant

SIGNS = {
    Verdict.VALID: "✓",
    Verdict.INVALID: "✗",
    Verdict.KILLED: "✓",
    Verdict.SURVIVED: "✗",
    Verdict.KEPT: "✓",
    Verdict.BROKEN: "✗",
}


@dataclass(frozen=True)
class Row:
    """One test: on the references, on the twins, and on each bug."""

    test: str
    valid: bool
    references: str
    twins: str
    bugs: tuple[str, ...]


def rows(result: TaskResult) -> list[Row]:
    """The kill matrix as words."""
    against, matrix = result.against, result.matrix

    def passed(test: str, variants: tuple[Variant, ...]) -> str:
        count = sum(_word(matrix.seen(test, one.name)) == "passed" for one in variants)
        return f"{count} of {len(variants)}"

    return [
        Row(
            verdict.name,
            verdict.verdict is Verdict.VALID,
            passed(verdict.name, against.references),
            passed(verdict.name, against.twins),
            tuple(_word(matrix.seen(verdict.name, one.name)) for one in against.mutants),
        )
        for verdict in result.tests
    ]


def advice(result: TaskResult, steps: int) -> list[tuple[str, list[str]]]:
    """The first hints for each bug that survived, and for each promise that was broken."""
    bugs = [
        (f"bug {number}", list(one.mutant.hints[:steps]))
        for number, one in enumerate(result.mutants, 1)
        if one.verdict is Verdict.SURVIVED
    ]
    promises = [
        (f"promise {number}", list(one.probe.hints[:steps]))
        for number, one in enumerate(result.promises, 1)
        if one.verdict is Verdict.BROKEN
    ]
    return bugs + promises


def headline(result: TaskResult) -> str:
    """One line: the task and its score, in bugs or promises alone when it gives no points."""
    caught = [one.verdict is Verdict.KILLED for one in result.mutants]
    kept = [one.verdict is Verdict.KEPT for one in result.promises]
    what = f"{sum(kept)} of {len(kept)} promises kept"
    if not kept:
        what = f"{sum(caught)} of {len(caught)} bugs caught"
    short = f"{result.task.title}: {what}"
    return short if result.task.example else f"{short}, {result.points} of {result.most} points"


def _word(runs: tuple[Observation, ...]) -> str:
    if not runs:
        return "not run"
    outcomes = {run.outcome for run in runs}
    if outcomes == {Outcome.PASSED}:
        return "passed"
    return "failed" if outcomes == {Outcome.FAILED} else "error"
