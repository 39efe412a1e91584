"""An assignment that is checked again whenever its notebook is saved."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from watchfiles import DefaultFilter, watch

from nomocks.grading.engine import grade
from nomocks.grading.feedback import points_of
from nomocks.grading.forks import zygote
from nomocks.grading.intake import read_submission
from nomocks.grading.result import State, TaskResult
from nomocks.mutation.assignment import Assignment


@dataclass(frozen=True)
class Looked:
    """A task that was checked as its cell had changed, and what differs from the check before."""

    result: TaskResult
    cell: str
    gained: tuple[str, ...] = ()  # labels of bugs or promises, as in "bug 3"
    lost: tuple[str, ...] = ()


@dataclass
class Watcher:
    """Checks the tasks of one notebook, each when its cell has another text than before."""

    assignment: Assignment
    path: Path
    cells: dict[str, str] = field(default_factory=dict)
    caught: dict[str, set[str]] = field(default_factory=dict)

    def saved(self) -> Iterator[None]:
        """Wait for the notebook to be saved, again and again, until interrupted."""
        only = DefaultFilter(ignore_entity_patterns=[])
        folder = self.path.parent.resolve()
        for changes in watch(folder, watch_filter=only, raise_interrupt=False, recursive=False):
            if any(Path(path).name == self.path.name for _, path in changes):
                yield

    def look(self) -> Iterator[Looked]:
        """Check what has changed since the last look. Raises IntakeError."""
        cells = read_submission(self.path).cells
        for task in self.assignment.graded:
            cell = cells.get(task.name)
            if cell is None or cell == self.cells.get(task.name):
                continue
            self.cells[task.name] = cell
            zygote()
            result = grade(self.assignment, task.name, cell)
            if result.state is State.NO_TESTS:
                continue
            yield self._compared(result, cell)

    def _compared(self, result: TaskResult, cell: str) -> Looked:
        now = {label for label, caught, _ in points_of(result) if caught}
        before = self.caught.get(result.task.name)
        self.caught[result.task.name] = now
        if before is None:
            return Looked(result, cell)
        return Looked(result, cell, _in_order(now - before), _in_order(before - now))


def _in_order(labels: set[str]) -> tuple[str, ...]:
    return tuple(sorted(labels, key=lambda label: int(label.rpartition(" ")[2])))
