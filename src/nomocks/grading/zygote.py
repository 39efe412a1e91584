"""The process that test runs are forked from: pytest is set up in it, and about to collect.

It never reads a job. Only the fork that runs one does, so no run finds another's text in its
memory. It ends when nobody holds the other end of its socket any more.
"""

import contextlib
import gc
import os
import shutil
import signal
import socket
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NoReturn

import pytest

from nomocks.grading import child, warm

START, END = b"s", b"e"  # the first with the run's end of a wire, the second with its process id
PROCESS_ID = struct.Struct("!i")  # 0 stands for a fork that failed
CONFINED = "--confined"  # within walls: each run is to shut itself in further
LANDLOCKED = "--landlocked"  # without walls: each run is to be shut in, as a user of its own


def main() -> None:
    """Serve the socket whose descriptor is the first argument."""
    control, *options = sys.argv[1:]
    ends: Callable[[int], None] = kill
    if CONFINED in options:
        from nomocks.grading.sandbox import namespaces, runs  # Linux alone has them

        if os.getuid() == 0:
            namespaces.become(int(options[-1]))
        forks: Callable[[], int] = runs.fork_confined
    elif LANDLOCKED in options:
        from nomocks.grading.sandbox import landlocked  # the same

        _, folder, first, last, *readable = options
        users = range(int(first), int(last), 2)  # as each needs the next one, too
        kept = landlocked.Runs(Path(folder), users, map(Path, readable))
        forks, ends = kept.fork, kept.end
    else:
        forks = os.fork
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is meant for the notebook
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nowhere, standard)
    sys.dont_write_bytecode = True
    warm.up()
    nursery = Nursery(socket.socket(fileno=int(control)), forks, ends)
    status = pytest.main(list(child.MATRIX_ARGUMENTS), plugins=[nursery])
    sys.stdout.flush()
    os._exit(int(status))


@dataclass(eq=False)
class Nursery:
    """Stands where pytest would collect. Each fork goes on from there with a job of its own."""

    control: socket.socket
    forks: Callable[[], int]
    ends: Callable[[int], None]
    processes: set[int] = field(default_factory=set)

    def pytest_configure(self, config: pytest.Config) -> None:
        child.register_late(config)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> None:
        gc.collect()
        gc.freeze()
        while True:
            request, files, _, _ = socket.recv_fds(self.control, 1, 1)
            if not request:
                self._finish()
            if request == END:
                ended = self.control.recv(PROCESS_ID.size, socket.MSG_WAITALL)
                self._end(*PROCESS_ID.unpack(ended))
                self.control.sendall(ended)
                continue
            try:
                process = self.forks()
            except OSError:
                process = -1
            if process == 0:
                self.control.close()
                child.run(session, Connection(files[0]))
                return  # and pytest collects
            os.close(files[0])
            if process > 0:
                self.processes.add(process)
            self.control.sendall(PROCESS_ID.pack(max(process, 0)))

    def _end(self, process: int) -> None:
        self.ends(process)
        self.processes.remove(process)

    def _finish(self) -> NoReturn:
        for process in tuple(self.processes):
            self._end(process)
        shutil.rmtree(Path.cwd(), ignore_errors=True)
        os._exit(0)


def kill(process: int) -> None:
    """Kill a run with all that it started in its session, or in its namespace."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)  # one that is not yet the leader of a group
    os.waitpid(process, 0)


if __name__ == "__main__":
    main()
