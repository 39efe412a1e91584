"""The command line: ``nomocks``. Each command is a thin cover over a function of the package."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nomocks import learner, practice
from nomocks.authoring.failures import BuildFailed
from nomocks.clone import root_of_course
from nomocks.gradebook.errors import GradebookError
from nomocks.grading.batch.errors import BatchError
from nomocks.grading.intake import IntakeError
from nomocks.grading.leaderboard import LeaderboardError
from nomocks.grading.reveal import Reveal
from nomocks.learning.errors import LearnerError
from nomocks.marking import adjust, doctor, grade_command
from nomocks.mutation.assignment import AssignmentError
from nomocks.postgres import PostgresError
from nomocks.postgres.guard import mark_url

if TYPE_CHECKING:
    from nomocks.authoring.notebooks import Difference


EXPECTED = (
    PostgresError,
    AssignmentError,
    IntakeError,
    LeaderboardError,
    LearnerError,
    BatchError,
    GradebookError,
)


class Commands(click.Group):
    """Says an expected failure in one sentence, and ends with the exit code 2."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except EXPECTED as error:
            click.echo(f"nomocks: {error}", err=True)
            sys.exit(2)


@click.group(cls=Commands)
@click.version_option(package_name="nomocks")
def main() -> None:
    """Build the No Mocks course, and check tests by the bugs that they catch."""


@main.command()
@click.option(
    "--record",
    is_flag=True,
    help="Write down what cells show that need a MariaDB, for builds without one.",
)
def build(record: bool) -> None:
    """Run the chapters that changed, and build the HTML book."""
    # Imports Sphinx and the kernels' machinery, which the other commands need not wait for.
    from nomocks.authoring.building import build as build_book

    try:
        click.echo(str(build_book(root_of_course(), record)))
    except BuildFailed as error:
        click.echo(str(error), err=True)
        sys.exit(1)


for command in (*learner.COMMANDS, *practice.COMMANDS, grade_command, adjust, doctor):
    main.add_command(command)


@main.command("release")
@click.argument("slug", required=False)
@click.option("--check", "compare", is_flag=True, help="Write nothing; fail if a file differs.")
@click.option(
    "--nbgrader",
    "course",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="COURSE",
    help="Write what nbgrader starts from into this folder instead: source/SLUG/exercise.ipynb.",
)
@click.option("--force", is_flag=True, help="With --nbgrader: over a source that is another text.")
@click.option(
    "--gradescope",
    "archive",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="ZIP",
    help="Write the zip that makes Gradescope grade SLUG instead.",
)
@click.option(
    "--classroom50",
    "classroom",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Write what makes Classroom 50 grade SLUG into the classroom's folder instead.",
)
@click.option(
    "--reveal",
    type=click.Choice([one.value for one in Reveal]),
    default="hint",
    show_default=True,
    help="How much these two tell of bugs that got past.",
)
def release_command(
    slug: str | None,
    compare: bool,
    course: Path | None,
    force: bool,
    archive: Path | None,
    classroom: Path | None,
    reveal: str,
) -> None:
    """Write the students' notebooks: exercises/ from solutions/."""
    # Imports nbgrader, which takes longer than the other commands run.
    from nomocks.authoring.course import to_course
    from nomocks.authoring.release import ReleaseError, release
    from nomocks.grading.autograder.classroom50 import to_classroom50
    from nomocks.grading.autograder.gradescope import to_gradescope

    root, told, found = root_of_course(), list[str](), list["Difference"]()
    if (archive or classroom) and slug is None:
        raise click.UsageError("Name the assignment that is to be graded there, as SLUG.")
    try:
        if course:
            told += to_course(root, course, slug, force)
        if archive and slug:
            told += to_gradescope(archive, slug, Reveal(reveal), root)
        if classroom and slug:
            told += to_classroom50(classroom, slug, Reveal(reveal), root)
        if not (course or archive or classroom):
            found = release(root, slug, compare)
    except ReleaseError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except OSError as error:
        raise click.ClickException(
            f"{error.filename} can't be written ({error.strerror}): name another place."
        ) from None
    for line in told:
        click.echo(line)
    _tell(found, compare, "nomocks release")


@main.command()
@click.option("--check", "compare", is_flag=True, help="Write nothing; fail if a file differs.")
def notebooks(compare: bool) -> None:
    """Write the chapters as notebooks: notebooks/ from book/."""
    from nomocks.authoring.notebooks import write_notebooks  # jupytext takes a second

    _tell(write_notebooks(root_of_course(), compare), compare, "nomocks notebooks")


@main.command()
@click.argument("url")
@click.option("--force", is_flag=True, help="Even if the database holds tables or has a comment.")
def mark(url: str, force: bool) -> None:
    """Mark the database of URL as one for tests, whose content may be lost."""
    click.echo(f'Database "{mark_url(url, force)}" is marked as one for tests.')


@main.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Where to listen; 0 is any that is free.",
)
def shop(port: int) -> None:
    """Run the shop with sample data, to try its API in a browser."""
    from nomocks.sample import listen, serve  # FastAPI takes a second

    try:
        listening = listen(port)
    except OSError as error:
        raise click.ClickException(
            f"The shop can't listen on port {port} ({os.strerror(error.errno or 0)}): "
            "choose another, as in `nomocks shop --port 8001`."
        ) from None
    with listening:
        serve(listening)


def _tell(found: "Sequence[Difference]", compare: bool, command: str) -> None:
    for one in found:
        path = one.path.relative_to(root_of_course())
        if compare:
            click.echo(f"{path} {one.what}: run {command}.", err=True)
        else:
            click.echo(f"{path} written." if one.path.exists() else f"{path} removed.")
    if compare and found:
        sys.exit(1)
