"""Work on an assignment: ``nomocks check``, ``watch``, ``hint`` and ``solution``."""

import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import click
from rich.console import Console
from rich.syntax import Syntax

from nomocks.clone import root_of_course
from nomocks.grading.checking import check_notebook
from nomocks.grading.intake import IntakeError
from nomocks.grading.leaderboard import enter, shown
from nomocks.grading.noted import as_read, note
from nomocks.grading.result import TaskResult
from nomocks.grading.terminal import report, total
from nomocks.learner import own_folder
from nomocks.learning.errors import LearnerError
from nomocks.learning.folder import Folder, progress_of
from nomocks.learning.outline import by_assignment, next_task
from nomocks.learning.progress import Check, Progress, Standing
from nomocks.mutation.assignment import Assignment, load


@click.command()
@click.argument("notebook", type=click.Path(path_type=Path), metavar="NOTEBOOK|SLUG")
@click.option(
    "--assignment", "slug", help="Which one it is; the notebook says so if it was released here."
)
@click.option(
    "--solutions",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of the assignments; solutions/ of this clone unless given.",
)
@click.option("--hints", default=1, show_default=True, help="Hints for each bug not caught.")
@click.option(
    "--leaderboard",
    "board",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="CSV",
    help="Put the result on a board that a class shares: one file, in a folder of all.",
)
@click.option("--as", "name", help="The name to stand there under, which you choose.")
def check(
    notebook: Path,
    slug: str | None,
    solutions: Path | None,
    hints: int,
    board: Path | None,
    name: str | None,
) -> None:
    """Show which planted bugs the tests in NOTEBOOK catch, or in your copy of the assignment SLUG.

    Ends with 0 for full marks, 1 for less, 2 when something could not be graded.
    """
    if (board is None) is not (name is None):
        raise click.UsageError("A leaderboard takes both: --leaderboard CSV --as NAME.")
    console = Console()
    if not (notebook.suffix or notebook.exists()):
        notebook = Folder(root_of_course()).existing(str(notebook))

    def tell(assignment: Assignment, result: TaskResult, cell: str) -> None:
        console.print(report(result, hints))
        note(progress_of(notebook), assignment, result, cell)

    checked = check_notebook(notebook, slug, solutions, tell)
    console.print(total(checked))
    if board and name:
        console.print(shown(enter(board, name, checked)))
    sys.exit(checked.exit_code)


@click.command()
@click.argument("slug")
def watch(slug: str) -> None:
    """Check the assignment SLUG again whenever you save it, and show what has changed."""
    from nomocks.grading.watching import Watcher  # no other command needs it

    folder = own_folder()
    path = folder.existing(slug)
    watcher, console = Watcher(load(slug, folder.root), path), Console()
    console.print(f"Save {path.relative_to(folder.root)} to have it checked; Ctrl+C to stop.")
    for _ in chain((None,), watcher.saved()):
        try:
            for looked in watcher.look():
                console.print(report(looked.result))
                for label in looked.gained:
                    console.print(f"+ {label}: it is now.", style="green")
                for label in looked.lost:
                    console.print(f"- {label}: it was, and is no longer.", style="red")
                note(folder.progress, watcher.assignment, looked.result, looked.cell)
        except IntakeError as error:
            console.print(str(error), style="red", markup=False)


@click.command()
@click.argument("slug", required=False)
@click.argument("task", required=False)
def hint(slug: str | None, task: str | None) -> None:
    """Give one more hint for what got past at the last check of TASK.

    Without TASK, it is the task to go on with.
    """
    folder = own_folder()
    with Progress(folder.progress) as kept:
        one = _chosen(kept.standings(), slug, task)
        check = kept.latest(one.assignment, one.task)
        if check is None:
            raise LearnerError(
                f'The task "{one.task}" of {one.assignment} was not checked yet: run its cell '
                f'check("{one.task}") first.'
            )
        given = kept.hints_given(one.assignment, one.task)
        for label, name, words, hints in _missed(load(one.assignment, folder.root), check):
            number = given.get(name, 0)
            if number < len(hints):
                kept.give_hint(one.assignment, one.task, name, number + 1)
                click.echo(f"{one.title}, {label}: {words}")
                click.echo(f"Hint {number + 1} of {len(hints)}: {hints[number]}")
                return
    told = "nothing got past" if not check.missed else "all hints for what got past are given"
    click.echo(f"{one.title}: at the last check {told}.")


def _chosen(standings: list[Standing], slug: str | None, task: str | None) -> Standing:
    fitting = [
        one for one in standings if slug in (None, one.assignment) and task in (None, one.task)
    ]
    if not fitting:
        of_it = [one.task for one in standings if one.assignment == slug]
        if of_it:
            raise LearnerError(f"{slug} has no task {task!r}: its tasks are {', '.join(of_it)}.")
        slugs = dict(by_assignment(standings))
        raise LearnerError(f"There is no assignment {slug!r}: there is {', '.join(slugs)}.")
    return next_task(fitting) or fitting[-1]


def _missed(
    assignment: Assignment, check: Check
) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """The label, the name, the words and the hints of each bug or promise that a check missed."""
    against = assignment.against(check.task)
    for number, mutant in enumerate(against.mutants, 1):
        if mutant.name in check.missed:
            yield f"bug {number}", mutant.name, mutant.bug, mutant.hints
    for number, probe in enumerate(against.probes, 1):
        if probe.test in check.missed:
            yield f"promise {number}", probe.test, probe.promise, probe.hints


@click.command()
@click.argument("slug")
@click.argument("task")
def solution(slug: str, task: str) -> None:
    """Show the reference solution of a TASK that you have solved."""
    folder = own_folder()
    assignment = load(slug, folder.root)
    title = assignment.task(task).title
    with Progress(folder.progress) as kept:
        solved = any(
            one.solved for one in kept.standings() if (one.assignment, one.task) == (slug, task)
        )
    if not solved:
        raise LearnerError(
            f'"{title}" is not solved yet: its solution is shown once a check gave all points. '
            f"For a hint: nomocks hint {slug} {task}."
        )
    Console().print(Syntax(as_read(assignment.solution(task)), "python", theme="ansi_light"))


COMMANDS = (check, watch, hint, solution)
