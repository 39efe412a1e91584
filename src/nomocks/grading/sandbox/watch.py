"""Sees to it that what runs within walls does not use up the memory of the machine."""

import re
import threading
from pathlib import Path

import psutil

MOST = 1536 * 1024 * 1024  # bytes that all processes of a run may have for themselves together
PAUSE = 0.1  # seconds


class Watch(threading.Thread):
    """Kills the runs of a zygote that together use more memory than `MOST`, until it is closed.

    A limit of the kernel's would be for each process alone, and one may start many.
    """

    def __init__(self, bubblewrap: int) -> None:
        super().__init__(daemon=True, name="nomocks-watch")
        self._bubblewrap = bubblewrap
        self._closed = threading.Event()

    def run(self) -> None:
        """What the thread does."""
        while not self._closed.wait(PAUSE):
            try:
                (zygote,) = psutil.Process(self._bubblewrap).children()
                runs = zygote.children(recursive=True)
            except (psutil.NoSuchProcess, ValueError):
                continue  # it is about to start, or to end
            if sum(map(_own, runs)) > MOST:
                for run in runs:
                    _kill(run)

    def close(self) -> None:
        """Let the thread end."""
        self._closed.set()
        self.join()


def _own(process: psutil.Process) -> int:
    """Bytes that no file is behind: its own, and what it shares with others of its run."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
    except OSError:
        return 0
    kilobytes = re.findall(r"^Rss(?:Anon|Shmem):\s*(\d+) kB$", status, re.M)
    return 1024 * sum(map(int, kilobytes))


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.Error:
        return
