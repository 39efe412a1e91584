"""A file that a class shares: who catches how many planted bugs, under names of their choice."""

import csv
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import date
from io import StringIO
from operator import attrgetter
from pathlib import Path

from rich.table import Table
from rich.text import Text

from nomocks.grading.checking import Checked
from nomocks.grading.inert import cell, one_line
from nomocks.grading.separated import lines
from nomocks.mutation.judging import Verdict

LONGEST_NAME = 40


class LeaderboardError(ValueError):
    """Why the file can't be read or written, or a name not taken, as one sentence."""


@dataclass(frozen=True)
class Entry:
    """The best that somebody has done in an assignment.

    ``tests`` is how many count: they pass on all that is correct.
    """

    assignment: str
    name: str
    points: float
    most: int
    tests: int
    day: str

    @property
    def rank(self) -> tuple[float, int, str]:
        """What comes first is smaller: more points, then fewer tests, then the earlier day."""
        return (-self.points, self.tests, self.day)


COLUMNS = tuple(field.name for field in fields(Entry))


def enter(path: Path, name: str, checked: Checked) -> list[Entry]:
    """Put a result on the board, unless a better one stands there under this name.

    The whole board of the assignment comes back, the best first. Several may enter at once.
    Raises LeaderboardError.
    """
    known = one_line(name, LONGEST_NAME + 1)
    if not 0 < len(known) <= LONGEST_NAME:
        raise LeaderboardError(f"A name on the board has 1 to {LONGEST_NAME} characters.")
    tests = [test for result in checked.results for test in result.tests]
    mine = Entry(
        checked.assignment.slug,
        cell(known),
        checked.points,
        checked.most,
        sum(test.verdict is Verdict.VALID for test in tests),
        date.today().isoformat(),
    )
    try:
        with _alone_in(path.parent):
            board = {(entry.assignment, entry.name): entry for entry in _read(path)}
            best = min(mine, board.get((mine.assignment, mine.name), mine), key=attrgetter("rank"))
            board[mine.assignment, mine.name] = best
            entries = sorted(board.values(), key=lambda entry: (entry.assignment, entry.rank))
            _write(path, entries)
    except OSError as error:
        raise LeaderboardError(f"{path} can't be written ({error.strerror}).") from None
    return [entry for entry in entries if entry.assignment == mine.assignment]


def shown(board: list[Entry]) -> Table:
    """The board for a terminal. Who has done the same has the same place."""
    table = Table("", "name", "points", "tests", "on", title=board[0].assignment)
    ranks = [(entry.points, entry.tests) for entry in board]
    for entry in board:
        place = ranks.index((entry.points, entry.tests)) + 1
        points = f"{entry.points:g} of {entry.most}"
        table.add_row(f"{place}.", Text(entry.name), points, str(entry.tests), Text(entry.day))
    return table


def _read(path: Path) -> Iterator[Entry]:
    try:  # a spreadsheet may have saved it, and put a mark in front
        text = path.read_text("utf-8-sig") if path.exists() else ""
    except UnicodeDecodeError:
        raise LeaderboardError(f"{path} is not in UTF-8: save it so, or name another.") from None
    rows = csv.reader(StringIO(text))
    if text and tuple(next(rows)) != COLUMNS:
        raise LeaderboardError(f"{path} is no leaderboard: name a new file, or one of this course.")
    for row in rows:
        try:
            assignment, name, points, most, tests, day = row
            yield Entry(assignment, name, float(points), int(most), int(tests), day)
        except ValueError:
            line = rows.line_num
            raise LeaderboardError(f"{path}, line {line}: mend or remove this line.") from None


def _write(path: Path, entries: list[Entry]) -> None:
    new = path.with_name(f".{path.name}.new")
    new.write_text("".join(lines([COLUMNS, *map(astuple, entries)])), "utf-8")
    new.replace(path)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Nobody else changes a board in this folder meanwhile."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
