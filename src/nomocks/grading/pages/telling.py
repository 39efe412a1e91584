"""What a student's page lists below a task: each bug or promise, told as far as it may be."""

from collections.abc import Iterator
from dataclasses import dataclass

from nomocks.grading.result import TaskResult
from nomocks.grading.reveal import Missed, Reveal, explained, words_of
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.judging import MutantVerdict, Verdict


@dataclass(frozen=True)
class Entry:
    """A bug or a promise; or, where no more may be told, how many of them were missed."""

    good: bool
    words: str
    tests: tuple[str, ...] = ()  # that caught it
    errors: tuple[str, ...] = ()  # of tests that neither passed nor failed on it
    missed: Missed | None = None


def numbered(result: TaskResult, reveal: Reveal) -> list[tuple[str, MutantVerdict]]:
    """Each bug and its label. Where only their number is told, those that got past come last."""
    if reveal.tells(Reveal.KIND):
        return [(str(number), one) for number, one in enumerate(result.mutants, 1)]
    caught = [one for one in result.mutants if one.verdict is Verdict.KILLED]
    past = [one for one in result.mutants if one.verdict is not Verdict.KILLED]
    labels = [str(number) for number in range(1, len(caught) + 1)] + ["?"] * len(past)
    return list(zip(labels, caught + past, strict=True))


def entries(result: TaskResult, reveal: Reveal, assignment: Assignment) -> tuple[Entry, ...]:
    """All there is to say, in the order of the bugs or promises."""
    explanation = explained(result, reveal, assignment)
    missed = {one.label: one for one in explanation.missed}
    found = [*_bugs(result, reveal, missed), *_promises(result, reveal, missed)]
    if explanation.summary and not missed:
        found.append(Entry(False, explanation.summary))
    return tuple(found)


def _bugs(result: TaskResult, reveal: Reveal, missed: dict[str, Missed]) -> Iterator[Entry]:
    for label, one in numbered(result, reveal):
        if one.verdict is Verdict.KILLED:
            yield Entry(True, words_of(one, reveal), one.tests)
        elif f"bug {label}" in missed:
            errors = one.errors if reveal.tells(Reveal.HINT) else ()
            yield Entry(False, "", errors=errors, missed=missed[f"bug {label}"])


def _promises(result: TaskResult, reveal: Reveal, missed: dict[str, Missed]) -> Iterator[Entry]:
    for number, one in enumerate(result.promises, 1):
        if one.verdict is Verdict.KEPT:
            yield Entry(True, words_of(one, reveal))
        elif f"promise {number}" in missed:
            yield Entry(False, "", missed=missed[f"promise {number}"])
