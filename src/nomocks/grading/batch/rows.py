"""The tables of the results store, and an ``Observed`` as rows of them."""

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import JSON, Dialect, ForeignKey, ForeignKeyConstraint, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from nomocks.grading.result import Observed, State
from nomocks.mutation.matrix import KillMatrix, Observation, Outcome


def storable(text: str) -> str:
    """The text with half characters written out, which file names may have and UTF-8 may not."""
    return text.encode("utf-8", "backslashreplace").decode()


class Words(TypeDecorator[str]):
    """Text from anywhere."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else storable(value)


class Row(DeclarativeBase):
    """Of the results store."""

    type_annotation_map = {str: Words, list[str]: JSON, dict[str, str]: JSON}  # noqa: RUF012 (SQLAlchemy reads it)


class RunRow(Row):
    """One call of the command."""

    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment: Mapped[str]
    folder: Mapped[str]  # of the assignment
    digest: Mapped[str]  # of the assignment
    nomocks: Mapped[str]
    python: Mapped[str]
    postgres: Mapped[str]
    began: Mapped[str]  # ISO 8601, in UTC
    isolation: Mapped[str]
    unsafe: Mapped[bool]
    seed: Mapped[int]


class SubmissionRow(Row):
    """What a student has handed in, without its text."""

    __tablename__ = "submissions"

    student: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str]
    digest: Mapped[str]  # of the cells
    problem: Mapped[str]
    late: Mapped[bool]
    id: Mapped[str]  # by which the platform knows the student
    submitted: Mapped[str]  # when, as the platform says it


class TaskRow(Row):
    """What was seen of a task, but for the observations. A run is needed when ``key`` changes.

    ``variants`` has the digest of each variant: observations of those that stay the same hold.
    """

    __tablename__ = "tasks"

    student: Mapped[str] = mapped_column(
        ForeignKey("submissions.student", ondelete="CASCADE"), primary_key=True
    )
    task: Mapped[str] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    key: Mapped[str]
    seed: Mapped[int]
    unsafe: Mapped[bool]
    state: Mapped[str]
    message: Mapped[str]
    tests: Mapped[list[str]]
    seconds: Mapped[float | None]
    variants: Mapped[dict[str, str]] = mapped_column(server_default="{}")


class ObservationRow(Row):
    """One run of a test on a variant, in the order of the matrix."""

    __tablename__ = "observations"
    __table_args__ = (
        ForeignKeyConstraint(
            ["student", "task"], ["tasks.student", "tasks.task"], ondelete="CASCADE"
        ),
        {"sqlite_with_rowid": False},
    )

    student: Mapped[str] = mapped_column(primary_key=True)
    task: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    test: Mapped[str]
    variant: Mapped[str]
    outcome: Mapped[str]
    detail: Mapped[str]
    seconds: Mapped[float | None]  # NULL is "not a number", which SQLite has no other word for


class AdjustmentRow(Row):
    """A mark given by hand. The last one of a task counts; ``points`` is NULL to take it back."""

    __tablename__ = "adjustments"

    id: Mapped[int] = mapped_column(primary_key=True)
    student: Mapped[str] = mapped_column(ForeignKey("submissions.student"), index=True)
    task: Mapped[str]
    points: Mapped[float | None]
    comment: Mapped[str]
    who: Mapped[str]
    made: Mapped[str]  # ISO 8601, in UTC


class Seen(NamedTuple):
    """What of an observation's row is needed to have it back."""

    test: str
    variant: str
    outcome: str
    detail: str
    seconds: float | None


def observation_rows(student: str, task: str, observed: Observed) -> list[dict[str, Any]]:
    """The matrix of a task as rows of ``observations``."""
    runs = [
        (test, variant, run)
        for (test, variant), seen in observed.matrix.cells.items()
        for run in seen
    ]
    return [
        {
            "student": student,
            "task": task,
            "number": number,
            "test": test,
            "variant": variant,
            "outcome": run.outcome.value,
            "detail": run.detail,
            "seconds": run.seconds,
        }
        for number, (test, variant, run) in enumerate(runs)
    ]


def observed_from(task: TaskRow, rows: Iterable[Seen]) -> Observed:
    """What was seen, from its rows in their order."""
    matrix = KillMatrix(tuple(task.tests))
    for row in rows:
        run = Observation(Outcome(row.outcome), row.detail, _number(row.seconds))
        matrix.add(row.test, row.variant, run)
    return Observed(State(task.state), task.message, matrix, _number(task.seconds))


def _number(seconds: float | None) -> float:
    return math.nan if seconds is None else seconds
