"""An assignment whose variants its teacher keeps: what a student's notebook knows of it."""

import re
from dataclasses import dataclass, field

from nomocks.mutation.assignment import preamble_of

HIDDEN = "--hidden"
# The first line of each cell "given…" in the released notebook, where ids of cells are not seen.
GIVEN = "# Given: the tests of every task begin with this cell.\n"
_OPENED = re.compile(rf"^%assignment[ \t]+(\S+)[ \t]+{HIDDEN}[ \t]*$", re.M)


def hidden_in(source: str) -> str | None:
    """The assignment that a cell opens whose variants are hidden."""
    found = _OPENED.search(source)
    return found[1] if found else None


@dataclass
class Hidden:
    """An assignment of which there are the cells of a notebook, and nothing else.

    ``given`` are the cells that every task's tests begin with, as they were run.
    """

    slug: str
    given: list[str] = field(default_factory=list)

    def take(self, source: str) -> None:
        """Keep a cell that was run, if tests begin with it."""
        if hidden_in(source) == self.slug or source.startswith(GIVEN):
            self.given = [*(one for one in self.given if one != source), source]

    @property
    def preamble(self) -> str:
        """What every task starts with, as far as it has been run."""
        return preamble_of(self.given)

    def __str__(self) -> str:
        return (
            f"{self.slug} is graded by your teacher, not here: its planted bugs are not on this "
            "machine. Run your tests in their cells, and hand the notebook in."
        )
