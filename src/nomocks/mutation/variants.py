"""What an assignment plants beside the correct schema: references, twins and mutants, as data."""

from collections.abc import Iterable, Iterator, Set
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from nomocks.mutation import code as code_changes
from nomocks.mutation.code import Change, Patch, Rewrite, Swap
from nomocks.mutation.errors import VariantError

Kind = Literal["reference", "twin", "mutant"]


@dataclass(frozen=True)
class Planted:
    """What makes a variant of the original, and nothing that tells which one it is."""

    statements: tuple[str, ...] = ()  # DDL, for the database of the test
    code: tuple[Change, ...] = ()
    number: int = 0

    def applied(self) -> AbstractContextManager[None]:
        """A block in which the code is changed. Raises VariantError when that can't be."""
        return code_changes.applied(self.code)

    def numbered(self, number: int) -> "Planted":
        """The same under a number."""
        return replace(self, number=number)

    @property
    def functions(self) -> tuple[str, ...] | None:
        """The functions that are changed; None if there is more to it, or nothing."""
        in_functions = [one for one in self.code if isinstance(one, Patch | Rewrite | Swap)]
        if self.statements or not self.code or len(in_functions) < len(self.code):
            return None
        return tuple(one.target for one in in_functions)

    def matters_to(self, called: Set[str]) -> bool:
        """Whether a test may behave differently that calls these functions of the original."""
        return self.functions is None or not called.isdisjoint(self.functions)


def functions_of(variants: Iterable[Planted]) -> tuple[str, ...]:
    """All functions that are changed by variants that change nothing else."""
    return tuple({target for one in variants for target in one.functions or ()})


@dataclass(frozen=True)
class Probe:
    """A test of ours, in ``probes/<task>.py``, that a student's fixture or function must pass."""

    test: str
    task: str
    promise: str  # in plain words, as the learner reads it
    hints: tuple[str, ...]
    points: int = 1


Edits = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Reference:
    """Correct. It differs from the other references in what no test should depend on."""

    name: str
    summary: str
    statements: tuple[str, ...] = ()
    code: tuple[Change, ...] = ()
    kind: Kind = "reference"


@dataclass(frozen=True)
class Twin:
    """Looks like the mutant ``of``, or several, in the catalog or the source; behaves correctly.

    In a task with probes it is another right answer: ``answer``, or the solution with ``edits``.
    """

    name: str
    task: str
    of: str | tuple[str, ...]
    summary: str
    statements: tuple[str, ...] = ()
    code: tuple[Change, ...] = ()
    edits: Edits = ()
    answer: str = ""
    kind: Kind = "twin"

    @property
    def looks_like(self) -> tuple[str, ...]:
        """The names of the mutants."""
        return (self.of,) if isinstance(self.of, str) else self.of


@dataclass(frozen=True)
class Mutant:
    """A schema, or code, with one planted bug, which a real misconception led to.

    In a task with probes it is a wrong answer: ``answer``, or the solution with ``edits``, each of
    which exchanges one text by another.
    """

    name: str
    task: str
    bug: str  # in plain words, as the learner reads it
    misconception: str
    hints: tuple[str, ...]  # from a nudge to nearly the answer
    killed_by: str  # the test of the reference solution, or the probe, that catches it
    statements: tuple[str, ...] = ()
    code: tuple[Change, ...] = ()
    points: int = 1
    edits: Edits = ()
    answer: str = ""
    kind: Kind = "mutant"


Variant = Reference | Twin | Mutant


def wrong_prediction(
    name: str, program: str, right: str, predicted: str, misconception: str
) -> Mutant:
    """A wrong answer to the task ``predict``: another value for one program of the solution."""
    return Mutant(
        name=name,
        task="predict",
        bug=f"{program} is predicted wrongly.",
        misconception=misconception,
        hints=("Read the program again, and the section of the chapter that it is about.",),
        killed_by=f"test_{program}",
        edits=((f'"{program}": {right}', f'"{program}": {predicted}'),),
    )


def answer_of(variant: Twin | Mutant, solution: str) -> str:
    """The text of a wrong or a right answer. Raises VariantError when an edit does not fit."""
    if variant.answer:
        return variant.answer
    for old, new in variant.edits:
        if solution.count(old) != 1:
            raise VariantError(
                f"{variant.name}: {old!r} stands {solution.count(old)} times in the solution; "
                "let an edit exchange a text that stands there once."
            )
        solution = solution.replace(old, new)
    return solution


def planted(variant: Variant) -> Planted:
    """A variant without its name. Raises VariantError if its code can't be changed as it says."""
    found = Planted(variant.statements, variant.code)
    with found.applied():
        return found


@dataclass(frozen=True)
class Task:
    """A part of an assignment with a cell of its own. An example is shown, and gives no points.

    ``statements`` is the most that one test may send, with its fixtures; one that sends more fails.
    With ``literal`` the answer is ``PREDICTED``, of plain values, which is read and not run.
    """

    name: str
    title: str
    example: bool = False
    statements: int | None = None
    literal: bool = False


class TaskVariants(NamedTuple):
    """What the tests of one task are run against; or the probes that its answer is tried by."""

    references: tuple[Reference, ...]
    twins: tuple[Twin, ...]
    mutants: tuple[Mutant, ...]
    probes: tuple[Probe, ...] = ()

    @property
    def correct(self) -> tuple[Reference | Twin, ...]:
        """Every variant that an honest test passes on."""
        return (*self.references, *self.twins)

    @property
    def points(self) -> int:
        """What killing every mutant, or keeping every promise, earns."""
        return sum(one.points for one in self.probes or self.mutants)


@dataclass(frozen=True)
class Variants:
    """Everything ``variants.py`` states for an assignment, under the name ``VARIANTS``."""

    tasks: tuple[Task, ...]
    references: tuple[Reference, ...]
    twins: tuple[Twin, ...]
    mutants: tuple[Mutant, ...]
    probes: tuple[Probe, ...] = ()

    def of(self, task: str) -> TaskVariants:
        """The variants of one task: every reference, and the task's own twins and mutants.

        With probes, twins and mutants are answers, which stand in place of the student's: see
        ``answers``.
        """
        probes = tuple(probe for probe in self.probes if probe.task == task)
        if probes:
            return TaskVariants(self.references, (), (), probes)
        return TaskVariants(self.references, *self._planted(task))

    def named(self, task: str) -> Iterator[str]:
        """The name of each variant that a task is about, its answers among them."""
        twins, mutants = self._planted(task)
        variants: list[Variant] = [*self.references, *twins, *mutants]
        return (one.name for one in variants)

    def change(self, module: str) -> bool:
        """Whether any variant changes code of this module."""
        every: list[Variant] = [*self.references, *self.twins, *self.mutants]
        targets = [getattr(one, "target", "") for variant in every for one in variant.code]
        return any(target.startswith(f"{module}:") for target in targets)

    def answers(self, task: str) -> tuple[tuple[Twin, ...], tuple[Mutant, ...]]:
        """The right and the wrong answers to a task with probes."""
        return self._planted(task) if self.of(task).probes else ((), ())

    def _planted(self, task: str) -> tuple[tuple[Twin, ...], tuple[Mutant, ...]]:
        return (
            tuple(twin for twin in self.twins if twin.task == task),
            tuple(mutant for mutant in self.mutants if mutant.task == task),
        )
