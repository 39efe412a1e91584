"""Where the course is, for commands that are called anywhere in it."""

from pathlib import Path

import click


def root_of_course() -> Path:
    """The folder with ``_config.yml``: this one, or the nearest above it."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "_config.yml").exists() and (folder / "_toc.yml").exists():
            return folder
    raise click.ClickException(
        f"{here} is not inside a clone of the course (no _config.yml here or above); cd into it."
    )
