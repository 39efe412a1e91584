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
        count = sum(word(matrix.seen(test, one.name)) == "passed" for one in variants)
        return f"{count} of {len(variants)}"

    return [
        Row(
            verdict.name,
            verdict.verdict is Verdict.VALID,
            passed(verdict.name, against.references),
            passed(verdict.name, against.twins),
            tuple(word(matrix.seen(verdict.name, one.name)) for one in against.mutants),
        )
        for verdict in result.tests
    ]


def headline(result: TaskResult) -> str:
    """One line: the task and its score, in bugs or promises alone when it gives no points."""
    caught = [one.verdict is Verdict.KILLED for one in result.mutants]
    kept = [one.verdict is Verdict.KEPT for one in result.promises]
    what = f"{sum(kept)} of {len(kept)} promises kept"
    if not kept:
        what = f"{sum(caught)} of {len(caught)} bugs caught"
    short = f"{result.task.title}: {what}"
    if result.task.example:
        return short
    by_hand = " (by hand)" if result.by_hand is not None else ""
    return f"{short}, {result.points:g} of {result.most} points{by_hand}"


def word(runs: tuple[Observation, ...]) -> str:
    """How all runs of a test on one variant ended: passed, failed, error, or not run."""
    if not runs:
        return "not run"
    outcomes = {run.outcome for run in runs}
    if outcomes == {Outcome.PASSED}:
        return "passed"
    return "failed" if outcomes == {Outcome.FAILED} else "error"
