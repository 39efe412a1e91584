"""How many submissions are graded in a second, by one worker and by two.

The workers are threads of the command's process, or processes of a Dask cluster on this machine.
The command's start counts; the cluster stands before. What limits any cluster is measured beside
it: how many results one process can keep.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from distributed import LocalCluster

from benchmarks.classes import hand_in
from benchmarks.commands import seconds
from benchmarks.figures import Figure, figure
from nomocks.grading.batch.store import FILE, Store
from nomocks.mutation.assignment import read
from nomocks.postgres import get_server

ROOT = Path(__file__).parent.parent
SLUG = "07-constraints"
ROUNDS = 3
STUDENTS = 12
HERE = {1: "one worker, a thread", 2: "two workers, threads"}
CLUSTER = {1: "one worker, a process of a Dask cluster", 2: "two workers, processes of one"}
KEPT = "results kept by one process"
UNIT = "submissions per second"
TIMES = 20  # so often each result is kept


def measure(rounds: int, students: int = STUDENTS) -> list[Figure]:
    """The figures; those of two workers against those of one."""
    server, assignment = get_server(), read(ROOT / "solutions" / SLUG)
    rates: dict[str, list[float]] = {}

    def note(name: str, rate: float) -> None:
        rates.setdefault(name, []).append(rate)
        click.echo(f"{rate:8.3g}  {name}")

    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            submitted = Path(folder, "submitted")
            hand_in(assignment, students, submitted)
            for count, name in HERE.items():
                into = Path(folder, f"here-{count}")
                took = seconds(submitted, SLUG, into, ("--workers", str(count)))
                note(name, students / took)
            for count, name in CLUSTER.items():
                into = Path(folder, f"dask-{count}")
                with cluster(count) as address:
                    took = seconds(submitted, SLUG, into, ("--dask", address))
                note(name, students / took)
            note(KEPT, kept_in_a_second(into, Path(folder, FILE)))
    against = {kind[2]: kind[1] for kind in (HERE, CLUSTER)}
    return [
        figure(
            name,
            UNIT,
            values,
            server,
            (against[name], rates[against[name]]) if name in against else None,
        )
        for name, values in rates.items()
    ]


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """The address of a cluster with so many worker processes, with one thread each."""
    with LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
    ) as started:
        yield started.scheduler_address


def kept_in_a_second(graded: Path, store: Path) -> float:
    """How many results of a folder another store takes in a second, each at once."""
    with Store(graded / FILE) as source, Store(store) as target:
        run = source.last_run()
        if run is None:
            raise RuntimeError(f"nothing was graded in {graded}")
        target.begin(run)
        results = [(source.submission(name), source.tasks(name)) for name in source.students()]
        began = time.perf_counter()
        for _ in range(TIMES):
            for submission, tasks in results:
                if submission:
                    target.keep(submission, tasks)
        return TIMES * len(results) / (time.perf_counter() - began)
