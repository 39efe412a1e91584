"""What an assignment plants beside the correct schema: references, twins and mutants, as data."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["reference", "twin", "mutant"]


@dataclass(frozen=True)
class Reference:
    """A correct schema. It differs from the others in what no test should depend on."""

    name: str
    summary: str
    statements: tuple[str, ...] = ()
    kind: Kind = "reference"


@dataclass(frozen=True)
class Twin:
    """Looks like the mutant ``of`` in the catalog, and behaves correctly."""

    name: str
    task: str
    of: str
    summary: str
    statements: tuple[str, ...]
    kind: Kind = "twin"


@dataclass(frozen=True)
class Mutant:
    """A schema with one planted bug, which a real misconception led to."""

    name: str
    task: str
    bug: str  # in plain words, as the learner reads it
    misconception: str
    hints: tuple[str, ...]  # from a nudge to nearly the answer
    killed_by: str  # the test of the reference solution that catches it
    statements: tuple[str, ...]
    points: int = 1
    kind: Kind = "mutant"


Variant = Reference | Twin | Mutant


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
