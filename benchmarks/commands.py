"""Our command as a teacher gives it: how long it takes, what memory, and what a kill costs."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import psutil

from nomocks.grading.batch.store import FILE

ROOT = Path(__file__).parent.parent
COMMANDS = Path(sys.executable).parent
LONGEST = 1800.0  # seconds that a command may take
PATIENCE = 60.0  # seconds that the processes of a killed command may take to end


def seconds(submitted: Path, slug: str, into: Path, options: Sequence[str]) -> float:
    """How long it takes. Raises RuntimeError when a submission could not be graded."""
    began = time.perf_counter()
    with _started(submitted, slug, into, options) as process:
        _, errors = process.communicate(timeout=LONGEST)
    took = time.perf_counter() - began
    if process.returncode:
        raise RuntimeError(errors)
    return took


def memory(submitted: Path, slug: str, into: Path, options: Sequence[str]) -> float:
    """The most memory that it and all that it starts have at once, in MB."""
    with _started(submitted, slug, into, options) as process:
        peak = Peak(process.pid)
        peak.start()
        _, errors = process.communicate(timeout=LONGEST)
        peak.join()
    if process.returncode:
        raise RuntimeError(errors)
    return peak.most / 2**20


def killed_at(number: int, submitted: Path, slug: str, into: Path, options: Sequence[str]) -> float:
    """The seconds after which it had kept so many submissions, and was killed.

    Raises RuntimeError when it ends before.
    """
    began = time.perf_counter()
    with _started(submitted, slug, into, options) as process:
        while kept(into) < number:
            if process.poll() is not None:
                raise RuntimeError(f"It ended before it could be killed:\n{process.communicate()}")
            time.sleep(0.05)
        family = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        took = time.perf_counter() - began
        _, left = psutil.wait_procs(family, PATIENCE)
        for one in left:
            one.kill()
    if left:
        raise RuntimeError(f"A killed command left processes: {left}")
    return took


def kept(into: Path) -> int:
    """How many submissions the store of a folder holds."""
    try:
        with closing(sqlite3.connect(f"file:{into / FILE}?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT count(*) FROM submissions").fetchone()[0])
    except sqlite3.OperationalError:  # not yet
        return 0


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


@contextmanager
def _started(
    submitted: Path, slug: str, into: Path, options: Sequence[str]
) -> Iterator[subprocess.Popen[str]]:
    command = [str(COMMANDS / "nomocks"), "grade", str(submitted), "--assignment", slug]
    command += ["--into", str(into), "--solutions", str(ROOT / "solutions"), *options]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()  # what has ended is not hurt by it
