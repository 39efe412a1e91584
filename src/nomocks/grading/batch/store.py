"""The results store: what was seen, in one SQLite file that survives a kill at any moment.

Marks are not in it, but those given by hand: they follow from what was seen and the assignment, so
that a hint or a point that is mended needs no run.
"""

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection as SQLite
from types import TracebackType
from typing import Self

from sqlalchemy import URL, create_engine, delete, event, insert, inspect, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from nomocks.grading.batch.errors import BatchError
from nomocks.grading.batch.records import Adjustment, Kept, Run, Submission
from nomocks.grading.batch.rows import (
    AdjustmentRow,
    ObservationRow,
    Row,
    RunRow,
    Seen,
    SubmissionRow,
    TaskRow,
    observation_rows,
    observed_from,
)
from nomocks.grading.result import State

FILE = "results.sqlite"
VERSION = 2  # of the tables: in 1, a task had no digests of its variants
RUN = [field.name for field in fields(Run)]
SUBMISSION = [field.name for field in fields(Submission)]
PATIENCE = 20  # seconds to wait while another process writes


class StoreError(BatchError):
    """Why results can't be read or kept, as one sentence."""


class Store:
    """A context manager, for one thread. Whatever it raises is a StoreError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine = create_engine(
            URL.create("sqlite", database=str(path)), connect_args={"timeout": PATIENCE}
        )
        event.listen(self._engine, "connect", _set_up)

    def __enter__(self) -> Self:
        with self._session() as session:
            connection = session.connection()
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if version not in (0, 1, VERSION):
                raise StoreError(
                    f"{self.path} was written by another version of nomocks: grade --into another "
                    "folder."
                )
            tasks = inspect(connection).get_columns("tasks") if version == 1 else []
            if tasks and "variants" not in {column["name"] for column in tasks}:
                connection.exec_driver_sql(
                    "ALTER TABLE tasks ADD COLUMN variants JSON DEFAULT '{}' NOT NULL"
                )
            Row.metadata.create_all(connection)
            connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._engine.dispose()

    def begin(self, run: Run) -> None:
        """Note a call of the command: what is kept from now on is its."""
        with self._session() as session:
            row = RunRow(**vars(run), began=_now())
            session.add(row)
            session.flush()
            self._run = row.id

    def last_run(self) -> Run | None:
        """The last call of the command; None if there was none."""
        with self._session() as session:
            row = session.scalar(select(RunRow).order_by(RunRow.id.desc()).limit(1))
            if row is None:
                return None
            return Run(**{name: getattr(row, name) for name in RUN})

    def submission(self, student: str) -> Submission | None:
        """What is known of a student's submission."""
        with self._session() as session:
            row = session.get(SubmissionRow, student)
            if row is None:
                return None
            return Submission(**{name: getattr(row, name) for name in SUBMISSION})

    def students(self) -> list[str]:
        """Their names, in order."""
        with self._session() as session:
            return list(session.scalars(select(SubmissionRow.student).order_by("student")))

    def ids(self) -> dict[str, str]:
        """By what the platform knows each student, by name."""
        with self._session() as session:
            rows = session.execute(select(SubmissionRow.student, SubmissionRow.id))
            return {row.student: row.id for row in rows}

    def keys(self, student: str) -> dict[str, str]:
        """The key of each task that needs no run unless its key changes."""
        with self._session() as session:
            wanted = select(TaskRow.task, TaskRow.key).where(
                TaskRow.student == student, TaskRow.state != State.NOT_GRADED.value
            )
            return {row.task: row.key for row in session.execute(wanted)}

    def keep(self, submission: Submission, tasks: Iterable[Kept]) -> None:
        """Store what was seen of these tasks, in place of what was seen before: all, or nothing.

        Nothing stays of a submission that has become one with a problem, but what a teacher wrote.
        """
        student = submission.student
        with self._session() as session:
            session.merge(SubmissionRow(**vars(submission)))
            session.flush()
            if submission.problem:
                session.execute(delete(TaskRow).where(TaskRow.student == student))
            for kept in tasks:
                self._put(session, student, kept)

    def tasks(self, student: str) -> list[Kept]:
        """What was seen of a student's tasks."""
        with self._session() as session:
            by_task: dict[str, list[Seen]] = {}
            wanted = select(
                ObservationRow.task,
                ObservationRow.test,
                ObservationRow.variant,
                ObservationRow.outcome,
                ObservationRow.detail,
                ObservationRow.seconds,
            ).where(ObservationRow.student == student)
            for row in session.execute(wanted.order_by("task", "number")):
                seen = Seen(row.test, row.variant, row.outcome, row.detail, row.seconds)
                by_task.setdefault(row.task, []).append(seen)
            return [
                Kept(
                    one.task,
                    one.key,
                    one.seed,
                    one.unsafe,
                    observed_from(one, by_task.get(one.task, [])),
                    one.variants,
                )
                for one in session.scalars(select(TaskRow).where(TaskRow.student == student))
            ]

    def adjust(self, adjustment: Adjustment) -> None:
        """Note a mark given by hand. The student must be known."""
        with self._session() as session:
            session.add(AdjustmentRow(**{**vars(adjustment), "made": _now()}))

    def adjustments(self, student: str) -> dict[str, Adjustment]:
        """The mark by hand that counts for each task that has one."""
        with self._session() as session:
            wanted = select(AdjustmentRow).where(AdjustmentRow.student == student)
            return {
                row.task: Adjustment(
                    row.student, row.task, row.points, row.comment, row.who, row.made
                )
                for row in session.scalars(wanted.order_by("id"))
            }

    def _put(self, session: Session, student: str, kept: Kept) -> None:
        observed = kept.observed
        session.execute(
            delete(TaskRow).where(TaskRow.student == student, TaskRow.task == kept.task)
        )
        row = {
            "student": student,
            "task": kept.task,
            "run": self._run,
            "key": kept.key,
            "seed": kept.seed,
            "unsafe": kept.unsafe,
            "state": observed.state.value,
            "message": observed.message,
            "tests": list(observed.matrix.tests),
            "seconds": observed.seconds,
            "variants": dict(kept.variants),
        }
        session.execute(insert(TaskRow), [row])
        runs = observation_rows(student, kept.task, observed)
        if runs:
            session.execute(insert(ObservationRow), runs)

    @contextlib.contextmanager
    def _session(self) -> Iterator[Session]:
        try:
            with Session(self._engine) as session, session.begin():
                yield session
        except DatabaseError as error:
            raise StoreError(
                f"{self.path} can't be used ({error.orig}): what was kept before is not lost; see "
                "that the disk has room and that the file may be written, and go on with --resume."
            ) from None


def _set_up(connection: SQLite, _: object) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
