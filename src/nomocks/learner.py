"""What a learner has: ``nomocks work``, ``progress``, ``next`` and ``reset``."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from nomocks.clone import root_of_course
from nomocks.learning.attempts import reset as reset_task
from nomocks.learning.copies import Copied, bring_up_to_date, renew
from nomocks.learning.errors import LearnerError
from nomocks.learning.folder import Folder
from nomocks.learning.outline import (
    START,
    by_assignment,
    next_task,
    summary,
    tasks,
    write_start,
)
from nomocks.learning.progress import Progress

RELOAD = "If it is open in JupyterLab: File, Reload Notebook from Disk."
TOLD = {
    "new": "{path} is new.",
    "updated": "{path} has a new edition.",
    "merged": "{path} has a new edition, with your answers in it; as it was: {before}.",
    "kept": "{path} has a new edition; yours has changes of your own, and stays. "
    "For the new one: nomocks reset {slug}.",
}


def own_folder() -> Folder:
    """The learner's folder. Raises LearnerError before there is one."""
    folder = Folder(root_of_course())
    if not folder.begun:
        raise LearnerError(f"There is no {folder.path} yet: run `nomocks work`, or `make lab`.")
    return folder


@click.command()
def work() -> None:
    """Copy the notebooks into work/, or bring the copies up to date.

    Nothing that you wrote is lost: in a new edition of an assignment your answers are kept, and a
    chapter that you changed stays as it is.
    """
    folder = Folder(root_of_course())
    first = not folder.begun
    done = bring_up_to_date(folder)
    with Progress(folder.progress) as progress:
        progress.set_tasks(tasks(folder))
    write_start(folder.progress)
    if first:
        click.echo(f"{folder.path} holds {len(done)} notebooks for you. {START} lists them.")
        return
    for one in done:
        click.echo(_told(one, folder.root))
    if not done:
        click.echo(f"{folder.path} is up to date.")


def _told(one: Copied, root: Path) -> str:
    path, before = one.path.relative_to(root), one.before and one.before.relative_to(root)
    return TOLD[one.what].format(path=path, before=before, slug=path.stem)


@click.command()
def progress() -> None:
    """Show how far you are: tasks solved, and points."""
    with Progress(own_folder().progress) as kept:
        standings = kept.standings()
    table = Table("assignment", "task", "points", "checks")
    for slug, those in by_assignment(standings):
        for number, one in enumerate(those):
            sign = "✓ " if one.solved else "· "
            reached = f"{one.points:g} of {one.most:g}" if one.checks else ""
            first = "" if number else slug
            table.add_row(first, sign + one.title, reached, str(one.checks or ""))
        table.add_section()
    solved, points, most = summary(standings)
    console = Console()
    console.print(table)
    console.print(f"{solved} of {len(standings)} tasks solved, {points:g} of {most:g} points.")


@click.command("next")
def next_command() -> None:
    """Say which task to go on with."""
    folder = own_folder()
    with Progress(folder.progress) as kept:
        one = next_task(kept.standings())
    if one is None:
        click.echo("Every task is solved.")
        return
    reached = f" ({one.points:g} of {one.most:g} points so far)" if one.checks else ""
    path = folder.exercise(one.assignment).relative_to(folder.root)
    click.echo(f'{one.assignment}, the task "{one.task}": {one.title}{reached}\n  {path}')


@click.command()
@click.argument("slug")
@click.argument("task", required=False)
def reset(slug: str, task: str | None) -> None:
    """Begin a TASK of an assignment anew, or, without TASK, a chapter.

    What you wrote is kept in another file, whose name is told.
    """
    folder = own_folder()
    if task is None:
        done = renew(folder, slug)
        kept = done.before
        path = done.path
    else:
        kept, path = reset_task(folder, slug, task), folder.exercise(slug)
    if kept is None:
        click.echo(f"There was nothing to take back in {path.relative_to(folder.root)}.")
        return
    click.echo(f"What you wrote is in {kept.relative_to(folder.root)}. {RELOAD}")


COMMANDS = (work, progress, next_command, reset)
