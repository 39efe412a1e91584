"""How far a batch is: a bar in a terminal, now and then a line elsewhere."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from nomocks.grading.result import Observed, State

LINES = 20  # where there is no bar


class RateColumn(ProgressColumn):
    """Submissions a second."""

    def render(self, task: Task) -> Text:
        return Text(rate(task))


@dataclass
class Tally:
    """The count of submissions, and of those that failed so far."""

    total: int
    bar: Progress
    console: Console
    not_graded: int = 0
    errors: int = 0
    _task: Task = field(init=False)
    _lines: int = 0

    def __post_init__(self) -> None:
        number = self.bar.add_task("graded", total=self.total, failures=self.failures)
        self._task = next(task for task in self.bar.tasks if task.id == number)

    @property
    def failures(self) -> str:
        """In words: what nobody could grade, and what students have to mend."""
        return f"{self.not_graded} not graded, {self.errors} with errors"

    def skip(self) -> None:
        """Count a submission that needs no run; it says nothing about the rate."""
        self.total -= 1
        self.bar.update(self._task.id, total=self.total)

    def add(self, problem: str, seen: Iterable[Observed]) -> None:
        """Count a submission."""
        states = {observed.state for observed in seen} - {State.GRADED}
        if problem or State.NOT_GRADED in states:
            self.not_graded += 1
        elif states:
            self.errors += 1
        self.bar.update(self._task.id, advance=1, failures=self.failures)
        done = int(self._task.completed)
        if self.bar.disable and done * LINES // max(self.total, 1) > self._lines:
            self._lines = done * LINES // max(self.total, 1)
            left = TimeRemainingColumn().render(self._task)
            self.console.print(
                f"{done} of {self.total} graded, {rate(self._task)}, {left} left, {self.failures}",
                highlight=False,
                soft_wrap=True,
            )


@contextmanager
def progress(total: int, console: Console) -> Iterator[Tally]:
    """A block in which a batch of so many submissions is counted."""
    columns = (
        SpinnerColumn(),
        BarColumn(),
        MofNCompleteColumn(),
        RateColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failures]}"),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        yield Tally(total, bar, console)


def rate(task: Task) -> str:
    """Submissions a second, in words; a dash while it is not known."""
    speed = task.finished_speed or task.speed
    return f"{speed:.1f}/s" if speed else "-/s"
