"""What it costs to grade a class: ours, with two levels of isolation and without, and others'.

Each is the command that a teacher gives, started anew, on the same submissions in turn; the rows
that are called warm have no such start. The others take as long for each notebook as for the next,
so they are given the first few alone.
"""

import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import click

from benchmarks.autograders import NotInstalledError, Otter, autograde, install_otter
from benchmarks.classes import answers, hand_in
from benchmarks.commands import killed_at, memory, seconds
from benchmarks.figures import Figure, figure
from benchmarks.warm import BARE, measure_warm
from nomocks.mutation.assignment import Assignment, read
from nomocks.postgres import get_server

ROOT = Path(__file__).parent.parent
SLUG = "07-constraints"
ROUNDS = 3
STUDENTS, FEW, WARM = 16, 6, 2  # graded by our command, by those of others, and with all warm
SMALL, LARGE = 10, 500
AUTOGRADE = "nbgrader autograde, a submission"
OTTER = "otter run, a submission"
QUICK = "a sandbox for each submission, 2 workers"
SAFE = "a sandbox for each run, 1 worker"
WAYS = {
    "no sandbox, 1 worker": ("--unsafe", "--workers", "1"),
    "a sandbox for each submission, 1 worker": ("--isolation", "submission", "--workers", "1"),
    QUICK: ("--isolation", "submission", "--workers", "2"),
    SAFE: ("--isolation", "run", "--workers", "1"),
    "a sandbox for each run, 2 workers": ("--isolation", "run", "--workers", "2"),
}
ALONE = f"{SAFE}, one submission alone"
FLOOR = "warm, no sandbox, a submission"
WALLED = {
    "submission": "warm, a sandbox for each submission, a submission",
    "run": "warm, a sandbox for each run, a submission",
}
BEYOND = "warm, what a run costs beyond no sandbox"
WHOLE = f"{QUICK}, the whole class"
KILLED = "killed at half, up to there"
REST = "killed at half, the rest by --resume"
NOTHING = "--resume with nothing left to do"


class Rounds(dict[str, list[float]]):
    """What was measured, by name, round by round; it is told at once, as all takes minutes."""

    def note(self, name: str, value: float) -> None:
        """Add what one round took."""
        self.setdefault(name, []).append(value)
        click.echo(f"{value:8.3g}  {name}")


def measure(rounds: int) -> list[Figure]:
    """Seconds a submission, each way; to resume; and the memory for a small and a large class."""
    server, assignment = get_server(), read(ROOT / "solutions" / SLUG)
    taken = Rounds()
    with ExitStack() as stack:
        otter = _otter(assignment, Path(stack.enter_context(tempfile.TemporaryDirectory())))
        for number in range(rounds):
            click.echo(f"round {number + 1} of {rounds}")
            with tempfile.TemporaryDirectory() as folder:
                _others(assignment, otter, Path(folder), taken)
                _ours(assignment, Path(folder), taken)
            _warm(assignment, taken)
    beside = dict.fromkeys((OTTER, *map(_each, WAYS)), AUTOGRADE)
    beside |= dict.fromkeys(WALLED.values(), FLOOR)
    beside |= dict.fromkeys((KILLED, REST, NOTHING), WHOLE)
    figures = [
        figure(
            name,
            "ms" if name == BEYOND else "s",
            values,
            server,
            (beside[name], taken[beside[name]]) if name in beside else None,
        )
        for name, values in taken.items()
    ]
    if otter:
        figures = [_with_version(each, otter) for each in figures]
    return [*figures, *_memory(assignment, server)]


def _otter(assignment: Assignment, folder: Path) -> Otter | None:
    """Otter, if it can be installed here, and grades one submission as it should."""
    try:
        otter = install_otter(folder / "otter")
        otter.grade(assignment, hand_in(assignment, 1, folder / "submitted"), folder / "tried")
    except (NotInstalledError, RuntimeError) as error:
        click.echo(f"Otter's row is left out: {error}")
        return None
    return otter


def _others(assignment: Assignment, otter: Otter | None, folder: Path, taken: Rounds) -> None:
    course = folder / "course"
    notebooks = hand_in(assignment, FEW, course / "submitted")
    taken.note(AUTOGRADE, autograde(course, SLUG) / FEW)
    if otter:
        taken.note(OTTER, otter.grade(assignment, notebooks, folder / "otter") / FEW)


def _ours(assignment: Assignment, folder: Path, taken: Rounds) -> None:
    submitted, one = folder / "submitted", folder / "one"
    hand_in(assignment, STUDENTS, submitted)
    hand_in(assignment, 1, one)
    for name, options in WAYS.items():
        whole = seconds(submitted, SLUG, folder / name, options)
        taken.note(_each(name), whole / STUDENTS)
        if name == QUICK:
            taken.note(WHOLE, whole)
    taken.note(ALONE, seconds(one, SLUG, folder / "alone", WAYS[SAFE]))
    resumed, into = [*WAYS[QUICK], "--resume"], folder / "killed"
    taken.note(KILLED, killed_at(STUDENTS // 2, submitted, SLUG, into, resumed))
    for name in (REST, NOTHING):
        taken.note(name, seconds(submitted, SLUG, into, resumed))


def _warm(assignment: Assignment, taken: Rounds) -> None:
    took = measure_warm(assignment, [answers(assignment, number) for number in range(WARM)])
    taken.note(FLOOR, took.seconds[BARE] / WARM)
    for isolation, name in WALLED.items():
        taken.note(name, took.seconds[isolation] / WARM)
    beyond = took.seconds["run"] - took.seconds[BARE]
    taken.note(BEYOND, 1000 * beyond / took.runs)


def _memory(assignment: Assignment, server: object) -> list[Figure]:
    """The most that all processes have at once, in MB; of each submission the first task counts."""
    peaks = {}
    for students in (SMALL, LARGE):
        with tempfile.TemporaryDirectory() as folder:
            submitted = Path(folder, "submitted")
            hand_in(assignment, students, submitted, tasks=1)
            peaks[students] = memory(submitted, SLUG, Path(folder, "graded"), WAYS[QUICK])
    small, large = f"memory, {SMALL} submissions", f"memory, {LARGE} submissions"
    return [
        figure(small, "MB", [peaks[SMALL]], server),
        figure(large, "MB", [peaks[LARGE]], server, (small, [peaks[SMALL]])),
    ]


def _each(way: str) -> str:
    return f"{way}, a submission"


def _with_version(one: Figure, otter: Otter) -> Figure:
    return replace(one, versions=one.versions | {"otter-grader": otter.version})
