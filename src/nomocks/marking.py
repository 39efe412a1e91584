"""The commands of a teacher: ``nomocks grade``, ``adjust`` and ``doctor``."""

import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from nomocks.grading.reports import formats
from nomocks.grading.reveal import Reveal

NBGRADER = "nbgrader"  # a format that is no report: marks in its gradebook


@click.command("grade")
@click.argument("submissions", type=click.Path(path_type=Path))
@click.option("--assignment", "slug", required=True, metavar="SLUG", help="Which one it is.")
@click.option(
    "--solutions",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of the assignments; solutions/ of this clone unless given.",
)
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("graded"),
    show_default=True,
    help="The folder for results and reports.",
)
@click.option("--resume", is_flag=True, help="Go on there; run again only what has changed.")
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    help="Submissions at once; as many as processors, or as the cluster has threads.",
)
@click.option(
    "--isolation",
    type=click.Choice(["run", "submission"]),
    default="run",
    show_default=True,
    help="What has a sandbox of its own.",
)
@click.option(
    "--dask",
    metavar="ADDRESS",
    help="On the Dask cluster whose scheduler is there, as in tcp://10.0.0.1:8786.",
)
@click.option("--unsafe", is_flag=True, help="Without a sandbox: for your own notebook alone.")
@click.option(
    "--reveal",
    type=click.Choice([one.value for one in Reveal]),
    default="hint",
    show_default=True,
    help="How much the reports tell of bugs that got past.",
)
@click.option(
    "--format",
    "formats",
    type=click.Choice([*formats(), NBGRADER]),
    multiple=True,
    help="A report to write; may be repeated.",
)
@click.option(
    "--course",
    type=click.Path(path_type=Path, file_okay=False),
    help="nbgrader's course folder, for --format nbgrader; SUBMISSIONS unless given.",
)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="To repeat what chance decided.")
def grade_command(
    formats: tuple[str, ...],
    course: Path | None,
    reveal: str,
    **given: Any,
) -> None:
    """Grade the notebooks in SUBMISSIONS: a folder, a zip, or one notebook.

    Ends with 0 when all were graded, 1 when some could not be, 2 when nothing could be done.
    """
    # Reads all that reports need, which `nomocks check` does without.
    from nomocks.grading.batch.command import grade
    from nomocks.grading.batch.wish import Wish

    if given["dask"] is not None and given["unsafe"]:
        raise click.UsageError("--unsafe is for this machine alone: leave it out with --dask.")
    enter = None
    if NBGRADER in formats:
        from nomocks.gradebook.entering import into  # imports nbgrader, which takes a while

        enter = into(course or given["submissions"], Reveal(reveal))
    reports = tuple(name for name in formats if name != NBGRADER)
    wish = Wish(formats=reports, reveal=Reveal(reveal), enter=enter, **given)
    sys.exit(grade(wish, click.echo, Console(stderr=True)))


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.argument("student")
@click.argument("task")
@click.argument("points", type=float)
@click.option("--comment", default="", help="For the student to read.")
@click.option("--who", default="", help="Whose mark it is; yours unless given.")
def adjust(folder: Path, student: str, task: str, points: float, comment: str, who: str) -> None:
    """Give POINTS by hand for a TASK of a STUDENT, in FOLDER, where `nomocks grade` has written.

    They stay when the submission is graded again.
    """
    from nomocks.grading.batch.adjusting import adjust as note

    click.echo(note(folder, student, task, points, comment, who))


@click.command()
def doctor() -> None:
    """Say whether this machine can grade the tests of others safely, and what it lacks."""
    from nomocks.grading.batch.doctor import examine

    sys.exit(examine(Console()))
