"""The parent's side of the zygote: asks for processes, gives them jobs, and ends them."""

import contextlib
import os
import pickle
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nomocks.grading.child import Job
from nomocks.grading.errors import NotGradedError
from nomocks.grading.wire import Wire
from nomocks.grading.zygote import END, PROCESS_ID, START

LOST = "The process that runs the tests ended by itself: check again."
STARTING = 60.0  # seconds that it may take until it forks, with all of its imports


@dataclass(frozen=True)
class Fork:
    """A process, and the wire to it."""

    zygote: "Zygote"
    process: int
    wire: Wire

    def give(self, job: Job) -> None:
        """Send the job that it waits for; who asks it something then learns if it is gone."""
        with contextlib.suppress(OSError):
            self.wire.send(pickle.dumps(job))

    def end(self) -> None:
        """Kill the process, and all that it started; at most once is more than enough."""
        if not self.wire.closed:
            self.wire.close()
            self.zygote.end(self.process)


class Zygote:
    """A process that is ready to run tests, and forks for each job. Threads may share it.

    ``within`` is the command line of what it is to be walled in by; then it is told so, and each
    fork shuts itself in further. ``folder`` is where runs have their folders, if they are not.
    """

    def __init__(
        self,
        folder: Path | None,
        within: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
    ) -> None:
        self._lock = threading.Lock()
        self._control, theirs = socket.socketpair()
        self._control.settimeout(STARTING)
        self.folder = folder
        program = [sys.executable, "-P", "-B", "-m", "nomocks.grading.zygote"]
        with theirs:
            self.process = subprocess.Popen(
                [*within, *program, str(theirs.fileno()), *options],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                cwd=folder,
                env=environment,
                start_new_session=True,
            )

    @property
    def runs(self) -> bool:
        """Whether the process has not ended."""
        return self.process.poll() is None

    def fork(self) -> Fork:
        """Start a process that waits for a job. Raises NotGradedError if none can be had."""
        ours, theirs = socket.socketpair()
        with theirs:
            answer = self._ask([START], [theirs.fileno()])
        process = PROCESS_ID.unpack(answer)[0] if len(answer) == PROCESS_ID.size else 0
        wire = Wire(ours)
        if not process:
            wire.close()
            raise NotGradedError(LOST)
        return Fork(self, process, wire)

    def end(self, process: int) -> None:
        """Kill a process that was forked, and wait for that; each must be ended once.

        Without a zygote there is nobody to kill it, and it ends as it sees its wire closed.
        """
        self._ask([END, PROCESS_ID.pack(process)], [])

    def _ask(self, request: list[bytes], descriptors: list[int]) -> bytes:
        with self._lock:
            try:
                socket.send_fds(self._control, request, descriptors)
                return self._control.recv(PROCESS_ID.size, socket.MSG_WAITALL)
            except OSError:  # gone, or too late for the answer to be told from the next one
                self.process.kill()
                return b""

    def close(self) -> None:
        """Let the zygote end, with all that it has forked."""
        self._control.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def disown(self) -> None:
        """Forget it, in a process that was forked from the one that started it."""
        self._control.close()


@cache
def zygote() -> Zygote:
    """The one that this process keeps, started in the background at the first call."""
    # Each run has a folder in this one, which is pytest's root; the zygote removes it.
    kept = Zygote(Path(tempfile.mkdtemp(prefix="nomocks-runs-")).resolve())

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
