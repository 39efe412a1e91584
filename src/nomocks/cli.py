"""The command line: ``nomocks``. Each command is a thin cover over a function of the package."""

import os
import sys

import click

from nomocks import learner, practice
from nomocks.authoring.failures import BuildFailed
from nomocks.clone import root_of_course
from nomocks.gradebook.errors import GradebookError
from nomocks.grading.batch.errors import BatchError
from nomocks.grading.intake import IntakeError
from nomocks.grading.leaderboard import LeaderboardError
from nomocks.learning.errors import LearnerError
from nomocks.marking import adjust, doctor, grade_command
from nomocks.mutation.assignment import AssignmentError
from nomocks.postgres import PostgresError
from nomocks.postgres.guard import mark_url
from nomocks.releasing import release_command, tell_differences

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


for command in (
    *learner.COMMANDS,
    *practice.COMMANDS,
    release_command,
    grade_command,
    adjust,
    doctor,
):
    main.add_command(command)


@main.command()
@click.option("--check", "compare", is_flag=True, help="Write nothing; fail if a file differs.")
def notebooks(compare: bool) -> None:
    """Write the chapters as notebooks: notebooks/ from book/."""
    from nomocks.authoring.notebooks import write_notebooks  # jupytext takes a second

    tell_differences(write_notebooks(root_of_course(), compare), compare, "nomocks notebooks")


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
