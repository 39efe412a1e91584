"""What a learner has reached: every check of a task, in one SQLite file beside the notebooks."""

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection as SQLite
from types import TracebackType
from typing import Self

from sqlalchemy import JSON, URL, create_engine, delete, event, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, Session, mapped_column

from nomocks.learning.errors import LearnerError

FILE = "progress.sqlite"
PATIENCE = 10  # seconds to wait while another notebook writes


class Row(MappedAsDataclass, DeclarativeBase):
    """What all tables here have in common."""


class TaskRow(Row):
    """A task of the course, as it was when the folder was last brought up to date."""

    __tablename__ = "tasks"

    assignment: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    most: Mapped[float]
    position: Mapped[int]


class Check(Row):
    """One check of a task: what it gave, and the cell that was checked."""

    __tablename__ = "checks"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    assignment: Mapped[str] = mapped_column(index=True)
    task: Mapped[str]
    points: Mapped[float]
    most: Mapped[float]
    missed: Mapped[list[str]] = mapped_column(JSON)  # names of bugs, or of our tests of promises
    cell: Mapped[str]
    at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))


class HintRow(Row):
    """How many hints for a bug, or a promise, a learner has asked for."""

    __tablename__ = "hints"

    assignment: Mapped[str] = mapped_column(primary_key=True)
    task: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    given: Mapped[int]


@dataclass(frozen=True)
class Standing:
    """How far a learner is with a task."""

    assignment: str
    task: str
    title: str
    points: float  # the most that a check of it has given
    most: float
    checks: int

    @property
    def solved(self) -> bool:
        """Whether a check has given all the points."""
        return self.checks > 0 and self.points >= self.most


class Progress:
    """A context manager over the file; several processes may use it. Raises LearnerError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        url = URL.create("sqlite", database=str(path))
        self._engine = create_engine(url, connect_args={"timeout": PATIENCE})
        event.listen(self._engine, "connect", _set_up)

    def __enter__(self) -> Self:
        with self._session() as session:
            Row.metadata.create_all(session.connection())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._engine.dispose()

    @contextlib.contextmanager
    def _session(self) -> Iterator[Session]:
        try:
            with Session(self._engine, expire_on_commit=False) as session, session.begin():
                yield session
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise LearnerError(
                f"Your progress can't be read or written in {self._path} ({reason})."
            ) from None

    def set_tasks(self, tasks: Iterable[TaskRow]) -> None:
        """Take over what the course consists of now; checks of what is gone are kept."""
        with self._session() as session:
            session.execute(delete(TaskRow))
            session.add_all(tasks)

    def note(self, check: Check) -> None:
        """Keep a check."""
        with self._session() as session:
            session.add(check)

    def standings(self) -> list[Standing]:
        """How far the learner is with each task of the course, in its order."""
        best = (
            select(
                Check.assignment,
                Check.task,
                func.max(Check.points).label("points"),
                func.count(Check.id).label("checks"),
            )
            .group_by(Check.assignment, Check.task)
            .subquery()
        )
        query = (
            select(
                TaskRow.assignment,
                TaskRow.name,
                TaskRow.title,
                func.coalesce(best.c.points, 0.0),
                TaskRow.most,
                func.coalesce(best.c.checks, 0),
            )
            .outerjoin(
                best, (best.c.assignment == TaskRow.assignment) & (best.c.task == TaskRow.name)
            )
            .order_by(TaskRow.position)
        )
        with self._session() as session:
            return [Standing(*row) for row in session.execute(query)]

    def latest(self, assignment: str, task: str) -> Check | None:
        """The last check of a task."""
        query = (
            select(Check)
            .where(Check.assignment == assignment, Check.task == task)
            .order_by(Check.id.desc())
            .limit(1)
        )
        with self._session() as session:
            return session.scalar(query)

    def hints_given(self, assignment: str, task: str) -> dict[str, int]:
        """How many hints were given, for each bug or promise that there were any for."""
        query = select(HintRow.name, HintRow.given).where(
            HintRow.assignment == assignment, HintRow.task == task
        )
        with self._session() as session:
            return {row.name: row.given for row in session.execute(query)}

    def give_hint(self, assignment: str, task: str, name: str, given: int) -> None:
        """Keep how many hints were given for a bug or a promise."""
        with self._session() as session:
            session.merge(HintRow(assignment, task, name, given))


def _set_up(connection: SQLite, _: object) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
