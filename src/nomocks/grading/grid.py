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


def advice(result: TaskResult, steps: int) -> list[tuple[int, str, list[str]]]:
    """For each bug that survived: its number, what it is, and its first hints."""
    return [
        (number, one.mutant.bug, list(one.mutant.hints[:steps]))
        for number, one in enumerate(result.mutants, 1)
        if one.verdict is Verdict.SURVIVED
    ]


def headline(result: TaskResult) -> str:
    """One line: the task and its score, in bugs caught when it gives no points."""
    caught = sum(one.verdict is Verdict.KILLED for one in result.mutants)
    bugs = f"{caught} of {len(result.mutants)} bugs caught"
    if result.task.example:
        return f"{result.task.title}: {bugs}"
    return f"{result.task.title}: {bugs}, {result.points} of {result.most} points"


def _word(runs: tuple[Observation, ...]) -> str:
    if not runs:
        return "not run"
    outcomes = {run.outcome for run in runs}
    if outcomes == {Outcome.PASSED}:
        return "passed"
    return "failed" if outcomes == {Outcome.FAILED} else "error"
