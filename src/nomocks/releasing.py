"""The command that makes what students get: ``nomocks release``."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nomocks.clone import root_of_course
from nomocks.grading.reveal import Reveal

if TYPE_CHECKING:
    from nomocks.authoring.notebooks import Difference


@click.command("release")
@click.argument("slug", required=False)
@click.option("--check", "compare", is_flag=True, help="Write nothing; fail if a file differs.")
@click.option(
    "--solutions",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="FOLDER",
    help="Another folder of assignments than solutions/; exercises/ is written beside it.",
)
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
    solutions: Path | None,
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
    chosen = solutions.resolve() if solutions else root / "solutions"
    if (archive or classroom) and slug is None:
        raise click.UsageError("Name the assignment that is to be graded there, as SLUG.")
    if classroom and solutions:
        raise click.UsageError(
            "Students can read what Classroom 50 runs: leave out --solutions there."
        )
    try:
        if solutions:
            _refuse_what_students_cannot_open(chosen, slug, root / "solutions")
        if course:
            told += to_course(chosen, course, slug, force)
            if solutions:
                told.append(f"nbgrader finds its tasks with NOMOCKS_SOLUTIONS={chosen} set.")
        if archive and slug:
            told += to_gradescope(archive, slug, Reveal(reveal), root, chosen)
        if classroom and slug:
            told += to_classroom50(classroom, slug, Reveal(reveal), root)
        if not (course or archive or classroom):
            found = release(chosen, slug, compare)
    except ReleaseError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except OSError as error:
        raise click.ClickException(
            f"{error.filename} can't be written ({error.strerror}): name another place."
        ) from None
    for line in told:
        click.echo(line)
    tell_differences(found, compare, "nomocks release")


def tell_differences(found: "Sequence[Difference]", compare: bool, command: str) -> None:
    """Say what was written; with ``compare``, what differs, and end with 1 if anything does."""
    root = root_of_course()
    for one in found:
        path = one.path.relative_to(root) if one.path.is_relative_to(root) else one.path
        if compare:
            click.echo(f"{path} {one.what}: run {command}.", err=True)
        else:
            click.echo(f"{path} written." if one.path.exists() else f"{path} removed.")
    if compare and found:
        sys.exit(1)


def _refuse_what_students_cannot_open(solutions: Path, slug: str | None, public: Path) -> None:
    """Raises ReleaseError for an assignment that their clone has not, and that is not hidden."""
    from nomocks.authoring.release import ReleaseError, is_hidden, slugs_of
    from nomocks.mutation.assignment import read
    from nomocks.mutation.hidden import HIDDEN

    for name in slugs_of(solutions, slug):
        if not (public / name).exists() and not is_hidden(read(solutions / name)):
            raise ReleaseError(
                f"A clone of the course has no {name}, so students can't open it: write "
                f'"%assignment {name} {HIDDEN}" into its cell setup.'
            )
