"""The command line: ``nomocks``. Each command is a thin cover over a function of the package."""

import sys
from pathlib import Path

import click

from nomocks.authoring.building import build as build_book
from nomocks.authoring.failures import BuildFailed
from nomocks.postgres import PostgresError


class Commands(click.Group):
    """Says an expected failure in one sentence, and ends with the exit code 2."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except PostgresError as error:
            click.echo(f"nomocks: {error}", err=True)
            sys.exit(2)


@click.group(cls=Commands)
@click.version_option(package_name="nomocks")
def main() -> None:
    """Build the No Mocks course, and check tests by the bugs that they catch."""


def root_of_course() -> Path:
    """The folder with ``_config.yml``: this one, or the nearest above it."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "_config.yml").exists() and (folder / "_toc.yml").exists():
            return folder
    raise click.ClickException(
        f"{here} is not inside a clone of the course (no _config.yml here or above); cd into it."
    )


@main.command()
def build() -> None:
    """Run the chapters that changed, and build the HTML book."""
    try:
        click.echo(str(build_book(root_of_course())))
    except BuildFailed as error:
        click.echo(str(error), err=True)
        sys.exit(1)
