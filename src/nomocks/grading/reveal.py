"""How much a report tells of the bugs that got past, and what it tells at each step."""

from dataclasses import dataclass
from enum import StrEnum

from nomocks.grading.diffs import diff_of
from nomocks.grading.kinds import kind_of
from nomocks.grading.result import State, TaskResult
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.judging import MutantVerdict, PromiseVerdict, Verdict

ANYWHERE = (
    "A test for one does what the task forbids, or stays just inside of what it allows; no test of "
    "yours that counts does so yet."
)
PROMISED = "Our test for it uses your answer as the task describes it."


class Reveal(StrEnum):
    """The steps of the feedback. Each tells all that the one before it does."""

    COUNT = "count"  # how many got past
    KIND = "kind"  # what kind of thing is wrong, and where; of a promise, its words
    HINT = "hint"  # the bug in plain words, and the hints
    DIFF = "diff"  # what was changed

    def tells(self, step: "Reveal") -> bool:
        """Whether this step is the given one, or a later one."""
        steps = list(Reveal)
        return steps.index(self) >= steps.index(step)


@dataclass(frozen=True)
class Missed:
    """A bug that got past, or a promise that was broken. What may not be told yet is empty.

    ``happened`` and no other text may hold words of the student's.
    """

    label: str  # "bug 2" or "promise 2"
    end: str  # "got past" or "is broken"
    about: str  # what kind of thing is wrong, and where
    look: str  # what a test for it would look at
    words: str = ""  # in plain words
    happened: str = ""  # why our test of a promise failed
    hints: tuple[str, ...] = ()
    diff: str = ""

    @property
    def sentence(self) -> str:
        """Which it is, and what a test for it would look at."""
        about = f" ({self.about})" if self.about else ""
        words = f": {self.words}" if self.words else "."
        happened = f" What happened: {self.happened}" if self.happened else ""
        look = f" {self.look}" if self.look else ""
        return f"{self.label.capitalize()}{about} {self.end}{words}{look}{happened}"

    @property
    def lines(self) -> tuple[str, ...]:
        """All that may be told, as plain text."""
        hints = tuple(f"Hint: {hint}" for hint in self.hints)
        return (self.sentence, *hints, *self.diff.splitlines())


@dataclass(frozen=True)
class Explanation:
    """Why a result is not full: how many got past, in one sentence or two; and which."""

    summary: str
    missed: tuple[Missed, ...] = ()


def explained(
    result: TaskResult,
    reveal: Reveal,
    assignment: Assignment | None = None,
    hints: int | None = None,
) -> Explanation:
    """What is told of the bugs that got past, or the promises that were broken.

    The assignment is where the source of changed code is looked up; ``hints`` is how many are given
    of each, all if it is None.
    """
    bugs = [one for one in enumerate(result.mutants, 1) if one[1].verdict is Verdict.SURVIVED]
    broken = [one for one in enumerate(result.promises, 1) if one[1].verdict is Verdict.BROKEN]
    if result.state is not State.GRADED or not (bugs or broken):
        return Explanation("")
    summary = f"{len(bugs)} of {_many(len(result.mutants), 'bug')} got past."
    if broken:
        summary = f"{len(broken)} of {_many(len(result.promises), 'promise')} not kept."
    if not reveal.tells(Reveal.KIND):
        return Explanation(f"{summary} {PROMISED if broken else ANYWHERE}")
    missed = [_missed_bug(number, one, reveal, assignment, hints) for number, one in bugs]
    missed += [_broken_promise(number, one, reveal, hints) for number, one in broken]
    return Explanation(summary, tuple(missed))


def words_of(
    one: MutantVerdict | PromiseVerdict, reveal: Reveal, assignment: Assignment | None = None
) -> str:
    """What a table says of a bug or a promise; "" if nothing may be told."""
    if isinstance(one, PromiseVerdict):
        told = reveal.tells(Reveal.KIND) or one.verdict is Verdict.KEPT
        return one.probe.promise if told else ""
    if reveal.tells(Reveal.HINT) or one.verdict is Verdict.KILLED:
        return one.mutant.bug
    return kind_of(one.mutant, _preamble(assignment)).about if reveal.tells(Reveal.KIND) else ""


def _missed_bug(
    number: int,
    one: MutantVerdict,
    reveal: Reveal,
    assignment: Assignment | None,
    hints: int | None,
) -> Missed:
    mutant, preamble = one.mutant, _preamble(assignment)
    kind = kind_of(mutant, preamble)
    told = reveal.tells(Reveal.HINT)
    return Missed(
        label=f"bug {number}",
        end="got past",
        about=kind.about,
        look=kind.look,
        words=mutant.bug if told else "",
        hints=mutant.hints[:hints] if told else (),
        diff=diff_of(mutant, preamble) if reveal.tells(Reveal.DIFF) else "",
    )


def _broken_promise(number: int, one: PromiseVerdict, reveal: Reveal, hints: int | None) -> Missed:
    told = reveal.tells(Reveal.HINT)
    return Missed(
        label=f"promise {number}",
        end="is broken",
        about="",
        look="",  # the promise says that itself
        words=one.probe.promise,
        happened=one.reason if told else "",
        hints=one.probe.hints[:hints] if told else (),
    )


def _preamble(assignment: Assignment | None) -> str:
    return assignment.preamble if assignment else ""


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
