"""What it costs to grade a class: ours, with two levels of isolation and without, and nbgrader's.

Each is the command that a teacher gives, started anew, on the same submissions in turn. nbgrader's
autograde runs each notebook as this user, without a sandbox. The memory is that of the command and
of all that it starts, at its peak.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from benchmarks.classes import hand_in
from benchmarks.figures import Figure, figure
from nomocks.authoring.course import to_course
from nomocks.mutation.assignment import Assignment, read
from nomocks.postgres import get_server

ROOT = Path(__file__).parent.parent
SLUG = "07-constraints"
ROUNDS = 3
STUDENTS = 8
SMALL, LARGE = 10, 500
COMMANDS = Path(sys.executable).parent
AUTOGRADE = "nbgrader autograde, a submission"
WAYS = {
    "no sandbox, 1 worker": ("--unsafe", "--workers", "1"),
    "a sandbox for each submission, 1 worker": ("--isolation", "submission", "--workers", "1"),
    "a sandbox for each submission, 2 workers": ("--isolation", "submission", "--workers", "2"),
    "a sandbox for each run, 1 worker": ("--isolation", "run", "--workers", "1"),
    "a sandbox for each run, 2 workers": ("--isolation", "run", "--workers", "2"),
}


def measure(rounds: int) -> list[Figure]:
    """Seconds a submission, each way; and the memory for a small and for a large class."""
    server, assignment = get_server(), read(ROOT / "solutions" / SLUG)
    seconds: dict[str, list[float]] = {name: [] for name in (AUTOGRADE, *WAYS)}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            course = Path(folder)
            hand_in(assignment, STUDENTS, course / "submitted")
            seconds[AUTOGRADE].append(autograde(course) / STUDENTS)
            for name, options in WAYS.items():
                took, _ = grade(course, options)
                seconds[name].append(took / STUDENTS)
    against = AUTOGRADE, seconds[AUTOGRADE]
    return [
        figure(AUTOGRADE, "s", seconds[AUTOGRADE], server),
        *(figure(f"{name}, a submission", "s", seconds[name], server, against) for name in WAYS),
        *memory(assignment, server),
    ]


def memory(assignment: Assignment, server: object) -> list[Figure]:
    """The most that all processes have at once, in MB; of each submission the first task counts."""
    peaks = {}
    for students in (SMALL, LARGE):
        with tempfile.TemporaryDirectory() as folder:
            hand_in(assignment, students, Path(folder, "submitted"), tasks=1)
            _, peaks[students] = grade(Path(folder), WAYS[list(WAYS)[2]])
    small, large = f"memory, {SMALL} submissions", f"memory, {LARGE} submissions"
    return [
        figure(small, "MB", [peaks[SMALL]], server),
        figure(large, "MB", [peaks[LARGE]], server, (small, [peaks[SMALL]])),
    ]


def autograde(course: Path) -> float:
    """The seconds that nbgrader takes for all submissions of a course folder."""
    to_course(ROOT, course, SLUG, force=True)
    environment = {**os.environ, "PATH": f"{COMMANDS}:{os.environ['PATH']}"}
    environment["NOMOCKS_SOLUTIONS"] = str(ROOT / "solutions")
    run = [str(COMMANDS / "nbgrader")]
    _done([*run, "generate_assignment", SLUG], course, environment)
    began = time.perf_counter()
    _done([*run, "autograde", SLUG], course, environment)
    return time.perf_counter() - began


def grade(course: Path, options: Sequence[str]) -> tuple[float, float]:
    """The seconds that our command takes for the same, and its memory in MB."""
    with tempfile.TemporaryDirectory() as into:
        command = [str(COMMANDS / "nomocks"), "grade", str(course / "submitted")]
        command += ["--assignment", SLUG, "--into", into, "--solutions", str(ROOT / "solutions")]
        began = time.perf_counter()
        with subprocess.Popen(
            [*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as process:
            peak = Peak(process.pid)
            peak.start()
            _, errors = process.communicate()
            peak.join()
    if process.returncode:
        raise RuntimeError(errors)
    return time.perf_counter() - began, peak.most / 2**20


class Peak(threading.Thread):
    """Looks at the memory of a process and all its descendants, until it ends."""

    def __init__(self, process: int) -> None:
        super().__init__()
        self._process = process
        self.most = 0

    def run(self) -> None:
        """What the thread does."""
        while psutil.pid_exists(self._process):
            try:
                root = psutil.Process(self._process)
                family = [root, *root.children(recursive=True)]
                self.most = max(self.most, sum(map(_own, family)))
                if root.status() == psutil.STATUS_ZOMBIE:
                    return
            except psutil.NoSuchProcess:
                return
            time.sleep(0.2)


def _own(process: psutil.Process) -> int:
    try:
        memory = process.memory_info()
    except psutil.Error:
        return 0
    return int(memory.rss - memory.shared)


def _done(command: Sequence[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
