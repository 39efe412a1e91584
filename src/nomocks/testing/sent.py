"""Statements that were sent, and what they tell: a report by shape, and those sent row by row."""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar, overload

from nomocks.testing.callers import Line

Key = TypeVar("Key", bound=Hashable)

COLUMNS = re.compile(r"^SELECT .{40,}? FROM ")  # what a report leaves out
LONGEST = 160  # characters of a statement in a report


@dataclass(frozen=True)
class Statement:
    """One statement as it was sent.

    ``shape`` is its text without what differs from call to call: the length of IN and VALUES lists
    and, in SQL that you wrote as text, numbers and strings. ``parameters`` counts bound values.
    """

    text: str
    shape: str
    parameters: int
    line: Line | None  # the nearest one outside of libraries
    test_line: Line | None
    relationship: str | None  # "Order.items", if it was sent to load that
    lazy: bool  # for one object, when the attribute was read
    writes: bool  # an INSERT, UPDATE or DELETE, unless written as text


@dataclass(frozen=True, repr=False)
class Repeat:
    """Statements of one shape, sent again and again for one relationship, or by one line."""

    statements: tuple[Statement, ...]

    @property
    def relationship(self) -> str | None:
        return self.statements[0].relationship

    @property
    def is_n_plus_one(self) -> bool:
        """Whether it reads, row by row, what one statement could have read."""
        first = self.statements[0]
        return first.lazy or not (first.writes or first.relationship)

    def __len__(self) -> int:
        return len(self.statements)

    def __repr__(self) -> str:
        if self.relationship and self.is_n_plus_one:
            return (
                f"{self.relationship} was loaded {len(self)} times, one statement each: "
                f"load it with selectinload({self.relationship})."
            )
        if self.relationship:
            return f"{self.relationship} was loaded in {len(self)} batches."
        advice = "ask for all rows in one" if self.is_n_plus_one else "write all rows in one"
        where = self.statements[0].line or "Code outside of the test's task"
        return f"{where} sent one statement {len(self)} times: {advice}."


class Statements(Sequence[Statement]):
    """What was sent, in order; it can be read while the counting goes on."""

    def __init__(self) -> None:
        self._sent: list[Statement] = []

    def __len__(self) -> int:
        return len(self._sent)

    @overload
    def __getitem__(self, index: int) -> Statement: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Statement]: ...
    def __getitem__(self, index: int | slice) -> Statement | Sequence[Statement]:
        return self._sent[index]

    def by_shape(self) -> dict[str, tuple[Statement, ...]]:
        """The statements of each shape, the most frequent shape first."""
        return dict(_grouped(self._sent, lambda one: one.shape))

    def repeated(self, times: int = 2) -> tuple[Repeat, ...]:
        """What was sent at least so often for one relationship, or else by one line in a loop."""
        return tuple(
            Repeat(group) for _, group in _grouped(self._sent, _origin) if len(group) >= times
        )

    def n_plus_one(self, times: int = 2) -> tuple[Repeat, ...]:
        """Of the repeated ones, those that read row by row what one statement could have read."""
        return tuple(repeat for repeat in self.repeated(times) if repeat.is_n_plus_one)

    def __repr__(self) -> str:
        return f"<{_number(len(self), 'statement')}, {_number(len(self.by_shape()), 'shape')}>"

    def __str__(self) -> str:
        lines = [f"{_number(len(self), 'statement')}, {_number(len(self.by_shape()), 'shape')}"]
        for shape, group in self.by_shape().items():
            lines.append(f"{len(group):4} x {_shortened(shape)}")
            for (line, test_line, load), same in _grouped(group, _told):
                often = f" ({_number(len(same), 'time')})" if len(same) < len(group) else ""
                through = f", for {test_line}" if test_line != line and test_line else ""
                loads = f", to load {load}" if load else ""
                lines.append(f"       {line or 'an unknown line'}{through}{loads}{often}")
        return "\n".join([*lines, *map(str, self.n_plus_one())])


def _origin(statement: Statement) -> Hashable:
    if statement.relationship:
        return statement.relationship, statement.lazy
    return statement.shape, statement.line, statement.test_line


def _told(statement: Statement) -> tuple[Line | None, Line | None, str | None]:
    return statement.line, statement.test_line, statement.relationship


def _grouped(
    statements: Iterable[Statement], key: Callable[[Statement], Key]
) -> list[tuple[Key, tuple[Statement, ...]]]:
    """The groups of equal keys, the largest first."""
    groups: defaultdict[Key, list[Statement]] = defaultdict(list)
    for statement in statements:
        groups[key(statement)].append(statement)
    largest_first = sorted(groups.items(), key=lambda item: -len(item[1]))
    return [(one, tuple(group)) for one, group in largest_first]


def _shortened(shape: str) -> str:
    shown = COLUMNS.sub("SELECT … FROM ", shape)
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
