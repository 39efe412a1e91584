"""The process between a MariaDB and its starter: when the starter ends, so does the server.

Run as a script. Its standard input is a pipe that the starter holds open; the kernel closes it
even after `kill -9`. It has inherited the lock of the server's folder; when it is killed itself,
Linux kills the server, and the next start of one removes the folder, and elsewhere the server too.
Standard library only: it starts in milliseconds.
"""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

PR_SET_PDEATHSIG = 1  # of Linux's prctl: the signal that a process gets when its parent dies


def main(command: list[str], data: str, uid: int | None, gid: int | None) -> None:
    """Run the server, wait until the pipe or the server ends, and remove the data folder."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the starter's tests
    server = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        user=uid,
        group=gid,
        extra_groups=None if gid is None else [],
        cwd="/",
        preexec_fn=_tied_to_this_process(),
    )
    waiting = threading.Thread(target=_end_with_the_pipe, args=(server,), daemon=True)
    waiting.start()
    server.wait()
    shutil.rmtree(data, ignore_errors=True)


def _tied_to_this_process() -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _end_with_the_pipe(server: "subprocess.Popen[bytes]") -> None:
    os.read(0, 1)  # nothing is ever written; sys.stdin has a lock, which an exit waits for
    server.kill()  # nothing is saved: nothing is worth it


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
