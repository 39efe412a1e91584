"""A Dask cluster on this machine: a scheduler, and workers that are processes of their own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import psutil
from distributed import Client

from nomocks.grading.sandbox.confinement import MEMORY
from nomocks.grading.sandbox.leftovers import PREFIX

PATIENCE = 120  # seconds
STANDING = ["--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0"]


class Cluster:
    """A context manager that ends all it has started, and sees that nothing is left of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        file = self._folder / "scheduler.json"
        self.scheduler = self._start("dask_scheduler", ["--port", "0", "--scheduler-file", file])
        wait_until(file.exists)
        self.address = str(json.loads(file.read_text())["address"])
        self.client = Client(self.address, set_as_default=False)
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self.client.close()
        descendants = [one for process in self.workers for one in family(process)]
        for process in self.workers:
            process.terminate()
        assert_gone(descendants)
        for process in self.workers:
            wait_until(lambda left=f"{PREFIX}{process.pid}-*": not list(MEMORY.glob(left)))
        for process in reversed(self._started):
            end(process)

    def worker(self, environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start one with one thread, and wait until the scheduler knows it."""
        name = f"worker-{len(self.workers)}"
        given = [self.address, "--nthreads", "1", "--no-nanny", "--name", name]
        process = self._start(
            "dask_worker", [*given, "--local-directory", self._folder], environment
        )
        self.workers.append(process)
        wait_until(lambda: self._address(process))
        return process

    def kill_at_work(self, process: subprocess.Popen[bytes]) -> None:
        """SIGKILL a worker that has a job under way, and see that its sandbox goes with it."""
        wait_until(lambda: self._stopped_at_work(process))
        descendants = family(process)
        assert len(descendants) > 1
        process.kill()
        process.wait(PATIENCE)
        assert_gone(descendants)

    def _stopped_at_work(self, process: subprocess.Popen[bytes]) -> bool:
        """Stop it, so that it is sure what it does; let it go on when that is nothing."""
        process.send_signal(signal.SIGSTOP)
        jobs = self.client.processing().get(self._address(process))
        if jobs and len(family(process)) > 1:
            return True
        process.send_signal(signal.SIGCONT)
        return False

    def _address(self, process: subprocess.Popen[bytes]) -> str | None:
        """Where the scheduler knows a worker, if it does."""
        name = f"worker-{self.workers.index(process)}"
        known = self.client.scheduler_info()["workers"]
        return next((address for address, one in known.items() if one["name"] == name), None)

    def _start(
        self, what: str, given: list[Any], environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{what}", *STANDING, *map(str, given)],
            cwd=self._folder,
            env={**os.environ, **(environment or {})},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._started.append(process)
        return process


def end(process: subprocess.Popen[bytes]) -> None:
    """End it; Dask itself does not always manage to when asked to."""
    process.terminate()
    try:
        process.wait(PATIENCE / 10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """All that a process has started."""
    try:
        return psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def assert_gone(processes: list[psutil.Process]) -> None:
    """Sees that none of these runs any more, nearly at once."""
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE / 10)
    left = [one for one in alive if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
    assert not left, left


def wait_until(holds: Callable[[], object]) -> None:
    """Wait, not for ever."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
