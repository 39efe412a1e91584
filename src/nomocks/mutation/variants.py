"""What an assignment plants beside the correct schema: references, twins and mutants, as data."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, NamedTuple

from nomocks.mutation import code as code_changes
from nomocks.mutation.code import Change

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
    """Looks like the mutant ``of`` in the catalog or the source, and behaves correctly."""

    name: str
    task: str
    of: str
    summary: str
    statements: tuple[str, ...] = ()
    code: tuple[Change, ...] = ()
    kind: Kind = "twin"


@dataclass(frozen=True)
class Mutant:
    """A schema, or code, with one planted bug, which a real misconception led to."""

    name: str
    task: str
    bug: str  # in plain words, as the learner reads it
    misconception: str
    hints: tuple[str, ...]  # from a nudge to nearly the answer
    killed_by: str  # the test of the reference solution that catches it
    statements: tuple[str, ...] = ()
    code: tuple[Change, ...] = ()
    points: int = 1
    kind: Kind = "mutant"


Variant = Reference | Twin | Mutant


def planted(variant: Variant, number: int = 0) -> Planted:
    """A variant without its name. Raises VariantError if its code can't be changed as it says."""
    found = Planted(variant.statements, variant.code, number)
    with found.applied():
        return found


@dataclass(frozen=True)
class Task:
    """A part of an assignment with tests of its own. An example is shown, and gives no points."""

    name: str
    title: str
    example: bool = False


class TaskVariants(NamedTuple):
    """What the tests of one task are run against."""

    references: tuple[Reference, ...]
    twins: tuple[Twin, ...]
    mutants: tuple[Mutant, ...]

    @property
    def correct(self) -> tuple[Reference | Twin, ...]:
        """Every variant that an honest test passes on."""
        return (*self.references, *self.twins)

    @property
    def points(self) -> int:
        """What killing every mutant earns."""
        return sum(mutant.points for mutant in self.mutants)


@dataclass(frozen=True)
class Variants:
    """Everything ``variants.py`` states for an assignment, under the name ``VARIANTS``."""

    tasks: tuple[Task, ...]
    references: tuple[Reference, ...]
    twins: tuple[Twin, ...]
    mutants: tuple[Mutant, ...]

    def of(self, task: str) -> TaskVariants:
        """The variants of one task: every reference, and the task's own twins and mutants."""
        return TaskVariants(
            self.references,
            tuple(twin for twin in self.twins if twin.task == task),
            tuple(mutant for mutant in self.mutants if mutant.task == task),
        )
