"""What each way of keeping tests apart costs: the same 100 tests under every strategy, in turn.

Each measurement is a pytest process of its own. A round runs every strategy once, each right after
a run with savepoints that it is compared with, so that a busy minute of the machine weighs on both.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.default_server import default_server
from benchmarks.machine import record
from nomocks.postgres import get_server

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results" / "isolation.json"
ROUNDS = 5
REFERENCE = "savepoints"
POSTGRESQL = {
    "savepoints": "savepoints",
    "rollback": "rollback only (commit does nothing)",
    "listener": "savepoints by event listener",
    "delete": "DELETE, one statement",
    "delete_in_order": "DELETE, one per table",
    "truncate": "TRUNCATE all tables",
    "engine_per_test": "savepoints, an engine per test",
    "recreate": "create_all and drop_all",
    "template": "a database from a template",
    "migrate": "alembic upgrade and drop_all",
}
SQLITE = {
    "sqlite_savepoints": "SQLite in memory, savepoints",
    "sqlite_recreate": "SQLite in memory, create_all and drop_all",
}
ONE_OF_EACH_KIND = ("-k", "[0] or test_first or test_last")
SLOW = {"migrate"}  # ten of its tests tell enough, all of them would take minutes
SLOW_ON_DISK = {"migrate", "template"}


@dataclass(frozen=True)
class Run:
    """One pytest process: `seconds` from its start to its end, `tests` counted by the recorder."""

    tests: int
    ms_per_test: float
    seconds: float


@dataclass(frozen=True)
class Pair:
    """A strategy's run, and the run with savepoints just before it."""

    run: Run
    reference: Run

    @property
    def ratio(self) -> float:
        return self.run.ms_per_test / self.reference.ms_per_test


def run_suite(strategy: str, server: str, selection: Iterable[str] = ()) -> Run:
    """Run the suite under a strategy on a server (a value for NOMOCKS_POSTGRES).

    Raises CalledProcessError, with pytest's report, when a test fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder, "seconds.json")
        command = [sys.executable, "-m", "pytest", "-c", "benchmarks/suite.ini", "--rootdir", "."]
        command += ["-p", f"benchmarks.strategies.{strategy}", f"--record={record}", *selection]
        environment = os.environ | {
            "NOMOCKS_POSTGRES": server,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTHONWARNINGS": "ignore",
        }
        started = time.perf_counter()
        subprocess.run(
            [*command, "benchmarks/suite.py"],
            cwd=ROOT,
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        seconds = time.perf_counter() - started
        durations = json.loads(record.read_text("utf-8"))
    total = 1000 * sum(durations.values())
    return Run(len(durations), total / len(durations), seconds)


def measure(
    server: str, strategies: Iterable[str], slow: set[str], rounds: int
) -> list[dict[str, Pair]]:
    """The runs of each round, by strategy; a slow one runs one test of each kind."""
    selections = {name: ONE_OF_EACH_KIND if name in slow else () for name in strategies}
    return [
        {name: run_pair(name, server, selection) for name, selection in selections.items()}
        for _ in range(rounds)
    ]


def run_pair(strategy: str, server: str, selection: Iterable[str]) -> Pair:
    """Run the suite with savepoints, then under the strategy."""
    reference = run_suite(REFERENCE, server)
    run = reference if strategy == REFERENCE else run_suite(strategy, server, selection)
    return Pair(run, reference)


def summary(rounds: list[dict[str, Pair]], titles: dict[str, str]) -> list[dict[str, object]]:
    """For each strategy, the medians and quartiles over the rounds."""
    return [
        {
            "strategy": name,
            "title": titles[name],
            "tests": rounds[0][name].run.tests,
            "ms_per_test": quartiles(each[name].run.ms_per_test for each in rounds),
            "ratio": quartiles(each[name].ratio for each in rounds),
            "process_seconds": quartiles(each[name].run.seconds for each in rounds),
        }
        for name in rounds[0]
    ]


def quartiles(values: Iterable[float]) -> dict[str, float]:
    """The median and the quartiles around it, to three digits."""
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return {
        name: float(f"{value:.3g}")
        for name, value in zip(("q1", "median", "q3"), (low, middle, high), strict=True)
    }


def main(rounds: int = ROUNDS) -> None:
    """Measure on our server and on one with default settings, and write the results."""
    fast = get_server()
    print(f"isolation: {rounds} rounds on {fast}, then on one with default settings", flush=True)
    choice = (
        fast.url.render_as_string(hide_password=False) if fast.kind == "external" else fast.kind
    )
    on_fast = measure(choice, [*POSTGRESQL, *SQLITE], SLOW, rounds)
    with default_server() as url:
        on_default = measure(url, POSTGRESQL, SLOW_ON_DISK, rounds)
    results = {
        "rounds": rounds,
        "servers": {
            "fast": {
                "title": "durability off, data in memory",
                "postgres": str(fast),
                "results": summary(on_fast, POSTGRESQL | SQLITE),
            },
            "default": {
                "title": "default settings, data on disk",
                "postgres": str(get_server("embedded")),
                "results": summary(on_default, POSTGRESQL),
            },
        },
    }
    record(RESULTS, results)
    print(f"isolation: wrote {RESULTS.relative_to(ROOT)}")
