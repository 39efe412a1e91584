"""The parent's side of the zygote: asks for a process for each job, and ends it."""

import os
import socket
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from functools import cache
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

from nomocks.grading.child import Job
from nomocks.grading.errors import NotGradedError
from nomocks.grading.zygote import END, PROCESS_ID, START


@dataclass(frozen=True)
class Fork:
    """A process, and the pipe to it."""

    zygote: "Zygote"
    process: int
    pipe: Connection

    def end(self) -> None:
        """Kill the process, and all that it started in its session."""
        self.pipe.close()
        self.zygote.end(self.process)


class Zygote:
    """A process that is ready to run tests, and forks for each job. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control, theirs = socket.socketpair()
        # Each run has a folder in this one, which is pytest's root; the process removes it.
        self.folder = Path(tempfile.mkdtemp(prefix="nomocks-runs-")).resolve()
        with theirs:
            program = [sys.executable, "-P", "-m", "nomocks.grading.zygote", str(theirs.fileno())]
            self._process = subprocess.Popen(
                program,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                cwd=self.folder,
                start_new_session=True,
            )

    @property
    def runs(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def fork(self, job: Job) -> Fork:
        """Start a process that does the job. Raises NotGradedError if none can be had."""
        ours, theirs = Pipe()
        with theirs:
            answer = self._ask([START], [theirs.fileno()])
        if len(answer) < PROCESS_ID.size:
            raise NotGradedError("The process that runs the tests ended by itself: check again.")
        ours.send(job)
        (process,) = PROCESS_ID.unpack(answer)
        return Fork(self, process, ours)

    def end(self, process: int) -> None:
        """Kill a process that was forked, and wait for that; each must be ended once.

        Without a zygote there is nobody to kill it, and it ends as it sees its pipe closed.
        """
        self._ask([END, PROCESS_ID.pack(process)], [])

    def _ask(self, request: list[bytes], descriptors: list[int]) -> bytes:
        with self._lock:
            try:
                socket.send_fds(self._control, request, descriptors)
                return self._control.recv(PROCESS_ID.size, socket.MSG_WAITALL)
            except OSError:
                return b""

    def close(self) -> None:
        """Let the zygote end; what it forked sees its pipe closed."""
        self._control.close()
        self._process.wait()

    def disown(self) -> None:
        """Forget it, in a process that was forked from the one that started it."""
        self._control.close()


@cache
def zygote() -> Zygote:
    """The one that this process keeps, started in the background at the first call."""
    kept = Zygote()

    def forget() -> None:
        kept.disown()
        zygote.cache_clear()

    os.register_at_fork(after_in_child=forget)
    return kept


def running_zygote() -> Zygote:
    """The same, or another in its place if it has ended."""
    if not zygote().runs:
        zygote.cache_clear()
    return zygote()
