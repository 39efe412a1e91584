"""The tasks of the course, how far one is with them, and the page that JupyterLab starts with."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from nomocks.learning.copies import write
from nomocks.learning.folder import Folder
from nomocks.learning.progress import Progress, Standing, TaskRow
from nomocks.mutation.assignment import MissingError, load

START = "start.ipynb"
INTRODUCTION = """\
# No Mocks

These notebooks are yours: change them, run them, break them. `nomocks work` in a terminal brings
them up to date, and loses nothing that you wrote. The chapters are on their own pages as well, with
an [overview](index.ipynb) and a [catalog of mistakes](A-mistakes.ipynb).

Run the cell below for how far you are now."""
SHOW = "%load_ext nomocks.learning\n%progress"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
LAST = "capstone"


def tasks(folder: Folder) -> Iterator[TaskRow]:
    """Every graded task of the assignments that the clone has the bugs of, the capstone last.

    Raises AssignmentError when an assignment can't be read.
    """
    slugs = sorted(path.parent.name for path in folder.root.glob("exercises/*/*.ipynb"))
    position = 0
    for slug in sorted(slugs, key=lambda slug: (slug == LAST, slug)):
        try:
            assignment = load(slug, folder.root)
        except MissingError:
            continue  # a teacher has its bugs, and grades it
        for task in assignment.graded:
            most = assignment.against(task.name).points
            yield TaskRow(slug, task.name, task.title, most, position)
            position += 1


def by_assignment(standings: Iterable[Standing]) -> list[tuple[str, list[Standing]]]:
    """The tasks of each assignment, in the order of the course."""
    return [(slug, list(those)) for slug, those in groupby(standings, lambda one: one.assignment)]


def next_task(standings: Iterable[Standing]) -> Standing | None:
    """What to do next: the first task begun but not solved, else the first that is not solved."""
    open_ones = [one for one in standings if not one.solved]
    return next((one for one in open_ones if one.checks), next(iter(open_ones), None))


def write_start(progress: Path) -> None:
    """Write the notebook to start with, which shows what was reached. Raises LearnerError."""
    shown = new_output("display_data", {"text/markdown": page(progress), "text/plain": ""})
    cells = [new_markdown_cell(INTRODUCTION), new_code_cell(SHOW, outputs=[shown])]
    for number, cell in enumerate(cells):
        cell.id = f"start-{number}"
    write(progress.parent / START, new_notebook(cells=cells, metadata=METADATA))


def page(progress: Path) -> str:
    """What was reached, in Markdown with links. Raises LearnerError."""
    with Progress(progress) as kept:
        return "\n".join(_page(kept.standings()))


def summary(those: Sequence[Standing]) -> tuple[int, float, float]:
    """How many of some tasks are solved, the points that they gave, and the most that they can."""
    solved = sum(one.solved for one in those)
    return solved, sum(one.points for one in those), sum(one.most for one in those)


def _page(standings: Sequence[Standing]) -> Iterator[str]:
    solved, points, most = summary(standings)
    if one := next_task(standings):
        verb = "Go on with" if one.checks else "Next"
        yield f"**{verb}: [{one.title}]({one.assignment}/exercise.ipynb)** ({one.assignment})\n"
    elif standings:
        yield "**Every task is solved.**\n"
    yield f"{solved} of {len(standings)} tasks are solved, with {points:g} of {most:g} points.\n"
    yield "| chapter | assignment | tasks solved | points |\n| --- | --- | --- | --- |"
    for slug, those in by_assignment(standings):
        done, got, all_of_it = summary(those)
        sign = " ✓" if done == len(those) else ""
        yield (
            f"| [{slug}]({slug}.ipynb) | [exercise]({slug}/exercise.ipynb) "
            f"| {done} of {len(those)}{sign} | {got:g} of {all_of_it:g} |"
        )
