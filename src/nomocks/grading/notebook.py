"""Assignments in a notebook: ``%assignment``, ``%%task`` and ``check``."""

import sys
from pathlib import Path

from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
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
from nomocks.mutation.assignment import Assignment, AssignmentError, MissingError
from nomocks.mutation.assignment import load as load_assignment
from nomocks.mutation.hidden import Hidden, hidden_in
from nomocks.mutation.matrix import Outcome
from nomocks.mutation.source import SourceError, module_of
from nomocks.postgres import PostgresError, get_server
from nomocks.testing.notebook import in_one_sentence


def load(shell: InteractiveShell) -> None:
    """Add the magics and ``check`` to a notebook, and warm up what they need."""
    zygote()
    desk = Desk(shell)
    shell.register_magics(desk)
    shell.events.register("post_run_cell", desk.note)
    shell.push({"check": desk.check}, interactive=False)
    in_one_sentence(shell, AssignmentError, NotGradedError, PostgresError, KeyboardInterrupt)


@magics_class
class Desk(Magics):
    """The assignment that a notebook works on, and the text of its tasks' cells."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self.opened: Assignment | Hidden | None = None
        self.cells: dict[str, str] = {}

    @line_magic
    def assignment(self, line: str) -> None:
        """``%assignment SLUG``: which assignment the tasks of this notebook belong to.

        With ``--hidden`` its variants may be elsewhere.
        """
        slug = hidden_in(f"%assignment {line}")
        try:
            self.opened = load_assignment(slug or line.strip(), Path.cwd())
        except MissingError:
            if slug is None:
                raise
            if not isinstance(self.opened, Hidden) or self.opened.slug != slug:
                self.opened = Hidden(slug)
            print(self.opened)
        print(get_server())

    @cell_magic
    def task(self, line: str, cell: str) -> None:
        """``%%task NAME``: run the tests of this cell once, with no bug planted."""
        name = line.strip()
        assignment = self._opened()
        if isinstance(assignment, Assignment):
            assignment.task(name)  # refuses one that there is not
        self.cells[name] = f"%%task {name}\n{cell}"
        try:
            module = module_of(name, assignment.preamble, self.cells[name])
        except SourceError as error:
            print(error)
            return
        if isinstance(assignment, Assignment) and not module.tests:
            against = assignment.against(name)
            if not against.probes:
                print(no_tests(assignment.task(name), against))
                return
        with new_database() as database:
            report, outcome = run_once(module, database)
        if outcome is Outcome.SKIPPED:
            if isinstance(assignment, Assignment):
                print(f'Python can read it. check("{name}") tries whether it keeps its promises.')
            else:
                print("Python can read it. It holds no test.")
            return
        print(report.strip())
        if outcome is Outcome.TIMEOUT:
            print(f"A test did not come to an end within {time_limit():g} s and was stopped.")
        elif outcome is not Outcome.PASSED:
            print("A test ended the process that it ran in.")

    def check(self, task: str, hints: int = 1) -> float | None:
        """Run the tests of a task on every variant; show, and return the points.

        ``hints`` is how many hints to give for each bug that was not caught. Where the variants
        are elsewhere there are no points, and a sentence says so: to nbgrader, an error.
        """
        assignment = self._opened()
        if isinstance(assignment, Hidden):
            print(assignment, file=sys.stderr)
            return None
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

    def note(self, result: ExecutionResult) -> None:
        """A cell was run: one that tests begin with is kept, where the assignment is elsewhere."""
        if isinstance(self.opened, Hidden) and result.info:
            self.opened.take(result.info.raw_cell)

    def _opened(self) -> Assignment | Hidden:
        if self.opened is None:
            raise AssignmentError("No assignment is open: run the notebook's first cell.")
        return self.opened
