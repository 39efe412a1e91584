"""One run of the measured suite, in a process of its own."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Run:
    """A process: `seconds` from its start to its end, `tests` of it that were counted."""

    tests: int
    ms_per_test: float
    seconds: float


def run_suite(arguments: Iterable[str], server: str, times: int = 10) -> Run:
    """Run each kind of test so often, on a server (a value for NOMOCKS_POSTGRES).

    Raises RuntimeError, with pytest's report, when a test fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder, "seconds.json")
        seconds = run_pytest([*arguments, f"--times={times}", f"--record={record}"], server)
        durations = json.loads(record.read_text("utf-8"))
    total = 1000 * sum(durations.values())
    return Run(len(durations), total / len(durations), seconds)


def run_pytest(arguments: Iterable[str], server: str) -> float:
    """The seconds of pytest's process on the suite. Raises RuntimeError, as above."""
    settings = ["-c", "benchmarks/suite.ini", "--rootdir", "."]
    return run(
        [sys.executable, "-m", "pytest", *settings, *arguments, "benchmarks/suite.py"], server
    )


def run(command: list[str], server: str) -> float:
    """The seconds of a process. Raises RuntimeError, with all it printed, when it fails."""
    environment = os.environ | {
        "NOMOCKS_POSTGRES": server,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONWARNINGS": "ignore",
    }
    started = time.perf_counter()
    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return seconds
