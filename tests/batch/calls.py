"""The command as a teacher gives it, and what it leaves in its folder."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result

from nomocks.cli import main
from nomocks.grading.batch.store import FILE
from nomocks.mutation.assignment import Assignment
from tests.batch.classes import KINDS, POINTS

SIZE = 12
MARKS = {f"student-{number:02}": POINTS[number % len(KINDS)] for number in range(SIZE)}


def arguments(submitted: Path, into: Path, *more: str) -> list[str]:
    given = ["--assignment", "small", "--unsafe", "--into", str(into), "--seed", "5"]
    solutions = ["--solutions", str(submitted.parent / "solutions")]
    return ["grade", str(submitted), *given, *solutions, *more]


def grade(submitted: Path, into: Path, *more: str) -> Result:
    return CliRunner().invoke(main, arguments(submitted, into, *more))


def kept(into: Path) -> int:
    """How many submissions are in the store of a folder."""
    try:
        with closing(sqlite3.connect(f"file:{into / FILE}?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT count(*) FROM submissions").fetchone()[0])
    except sqlite3.OperationalError:  # not yet
        return 0


def runs(into: Path) -> dict[tuple[str, str], int]:
    """By which call of the command each task was graded."""
    with closing(sqlite3.connect(into / FILE)) as connection:
        rows = connection.execute("SELECT student, task, run FROM tasks").fetchall()
        return {(student, task): run for student, task, run in rows}


@dataclass(frozen=True)
class Class:
    """Submissions that no test may change, and what a run that nothing disturbs keeps of them."""

    assignment: Assignment
    submitted: Path
    graded: Path
    whole: dict[str, object]
    said: str
