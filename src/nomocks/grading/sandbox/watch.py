"""Sees to it that what runs within walls does not use up the memory of the machine."""

import re
import threading
from collections.abc import Sequence
from itertools import count
from pathlib import Path

import psutil

from nomocks.grading.sandbox.descendants import descendants

MOST = 1536 * 1024 * 1024  # bytes that all processes of a run may have for themselves together
PAUSE = 0.1  # seconds
THOROUGHLY = 10  # each so many times
BUFFER = Path("/proc/sys/net/core/wmem_default")  # bytes that the kernel may hold for a socket
PAGE, MAPPING, MOST_MAPPINGS = 4096, 300, 65530  # bytes of memory, and of the kernel's note of it


class Watching(threading.Thread):
    """A thread that kills runs when together they take too much, until it is closed."""

    def __init__(self) -> None:
        super().__init__(daemon=True, name="nomocks-watch")
        self._closed = threading.Event()

    def run(self) -> None:
        """What the thread does."""
        for number in count():
            if self._closed.wait(PAUSE):
                return
            for process in self._too_greedy(number):
                _kill(process)

    def close(self) -> None:
        """Let the thread end."""
        self._closed.set()
        self.join()

    def _too_greedy(self, look: int) -> Sequence[psutil.Process]:
        """All processes of the runs if they take too much; ``look`` counts the times."""
        raise NotImplementedError


class Watch(Watching):
    """Looks at the memory of the runs of a zygote, of which they may use `MOST`.

    A limit of the kernel's would be for each process alone, and one may start many.
    """

    def __init__(self, bubblewrap: int) -> None:
        super().__init__()
        self._bubblewrap = bubblewrap

    def _too_greedy(self, look: int) -> Sequence[psutil.Process]:
        found = descendants(self._bubblewrap, thoroughly=look % THOROUGHLY == 0)
        runs = list(found)[1:]  # the first is what they are forked from
        return runs if sum(map(held, runs)) > MOST else ()


def held(process: psutil.Process) -> int:
    """Bytes of a process that no file is behind, and at most so many of the kernel's for it.

    All descriptors might be sockets. Each page might be apart from the others, unless there is more
    in them; then some of it is shared with other processes, and is counted in each.
    """
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
    except OSError:  # it has ended
        return 0
    found = {name: int(number) for name, number in re.findall(r"^(\w+):\s*(\d+)\b", status, re.M)}
    anonymous, shared, tables, addresses = (
        1024 * found.get(name, 0) for name in ("RssAnon", "RssShmem", "VmPTE", "VmSize")
    )
    mappings = MAPPING * min(addresses // PAGE, MOST_MAPPINGS)
    buffers = _descriptors(process, found.get("FDSize", 0)) * int(BUFFER.read_text())
    return max(anonymous, mappings) + shared + tables + buffers


def _descriptors(process: psutil.Process, most: int) -> int:
    try:
        return process.num_fds()
    except psutil.Error:  # in a container, root may not count another user's
        return most


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.Error:
        return
