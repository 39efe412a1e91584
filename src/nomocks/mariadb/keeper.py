"""The process between a MariaDB and its starter: when the starter ends, so does the server.

Run as a script. Its standard input is a pipe that the starter holds open; the kernel closes it
even after `kill -9`. Standard library only: it starts in milliseconds.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading


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
    )
    waiting = threading.Thread(target=_end_with_the_pipe, args=(server,), daemon=True)
    waiting.start()
    server.wait()
    shutil.rmtree(data, ignore_errors=True)


def _end_with_the_pipe(server: "subprocess.Popen[bytes]") -> None:
    os.read(0, 1)  # nothing is ever written; sys.stdin has a lock, which an exit waits for
    server.kill()  # nothing is saved: nothing is worth it


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
