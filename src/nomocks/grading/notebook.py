"""Assignments in a notebook: ``%assignment``, ``%%task`` and ``check``."""

from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class
from IPython.display import display

from nomocks.grading.crew import new_database
from nomocks.grading.engine import grade, no_tests
from nomocks.grading.errors import NotGradedError
from nomocks.grading.forks import zygote
from nomocks.grading.html import Report
from nomocks.grading.noted import note, solution_of
from nomocks.grading.process import run_once, time_limit
from nomocks.grading.result import State, TaskResult
from nomocks.learning.errors import LearnerError
from nomocks.learning.folder import EXERCISE, progress_of
from nomocks.mutation.assignment import Assignment, AssignmentError
from nomocks.mutation.assignment import load as load_assignment
from nomocks.mutation.matrix import Outcome
from nomocks.mutation.source import SourceError, module_of
from nomocks.postgres import PostgresError, get_server
from nomocks.testing.notebook import in_one_sentence


def load(shell: InteractiveShell) -> None:
    """Add the magics and ``check`` to a notebook, and warm up what they need."""
    zygote()
    desk = Desk(shell)
    shell.register_magics(desk)
    shell.push({"check": desk.check}, interactive=False)
    in_one_sentence(shell, AssignmentError, NotGradedError, PostgresError, KeyboardInterrupt)


@magics_class
class Desk(Magics):
    """The assignment that a notebook works on, and the text of its tasks' cells."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self.opened: Assignment | None = None
        self.cells: dict[str, str] = {}

    @line_magic
    def assignment(self, line: str) -> None:
        """``%assignment SLUG``: which assignment the tasks of this notebook belong to."""
        self.opened = load_assignment(line.strip(), Path.cwd())
        print(get_server())

    @cell_magic
    def task(self, line: str, cell: str) -> None:
        """``%%task NAME``: run the tests of this cell once, with no bug planted."""
        name = line.strip()
        assignment = self._opened()
        against = assignment.against(name)
        self.cells[name] = f"%%task {name}\n{cell}"
        try:
            module = module_of(name, assignment.preamble, self.cells[name])
        except SourceError as error:
            print(error)
            return
        if not module.tests and not against.probes:
            print(no_tests(assignment.task(name), against))
            return
        with new_database() as database:
            report, outcome = run_once(module, database)
        if outcome is Outcome.SKIPPED:
            print(f'Python can read it. check("{name}") tries whether it keeps its promises.')
            return
        print(report.strip())
        if outcome is Outcome.TIMEOUT:
            print(f"A test did not come to an end within {time_limit():g} s and was stopped.")
        elif outcome is not Outcome.PASSED:
            print("A test ended the process that it ran in.")

    def check(self, task: str, hints: int = 1) -> float:
        """Run the tests of a task on every variant; show, and return the points.

        ``hints`` is how many hints to give for each bug that was not caught.
        """
        assignment = self._opened()
        known = assignment.task(task)
        if task in self.cells:
            result = grade(assignment, task, self.cells[task])
        else:
            message = f'Run the cell that begins with "%%task {task}" first, then this one.'
            result = TaskResult(known, assignment.against(task), State.MISSING, message)
        if result.state is State.NOT_GRADED:
            raise NotGradedError(result.message)
        own = progress_of(Path.cwd() / EXERCISE)
        solution = solution_of(assignment, result) if own else ""
        display(Report(result, hints, solution=solution))
        try:
            note(own, assignment, result, self.cells.get(task, ""))
        except LearnerError as error:
            print(error)
        return float(result.points)

    def _opened(self) -> Assignment:
        if self.opened is None:
            raise AssignmentError("No assignment is open: run the notebook's first cell.")
        return self.opened
