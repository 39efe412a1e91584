"""The process that outlives its starter and stops a server when its last user has gone.

Run as a script, detached, by `lifetime`. Standard library only: it starts in milliseconds.

Each process that uses the server holds a shared lock on `users.lock`; the kernel takes it away
even after `kill -9`. The warden waits for the exclusive lock. Its own life is the lock on
`warden.lock`, which it inherits, so that the next start can tell that it is gone.
"""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import NamedTuple
from urllib.parse import quote

LINGER = 1.0  # seconds between the last user's end and the stop: consecutive commands share
STOPPING = 2.0  # seconds for a server to end before it is killed


class Charge(NamedTuple):
    """What a warden looks after: a server that it runs itself, or one that runs already."""

    run: str
    data: str = ""  # embedded: the data folder
    command: tuple[str, ...] = ()  # embedded: how to run it; empty for a server taken over
    uid: int | None = None
    gid: int | None = None
    engine: str = ""  # container: the socket of its engine

    def to_json(self) -> str:
        return json.dumps(self._asdict())


class DeadServerError(Exception):
    """The server ended by itself, or somebody killed it."""


def ask_engine(engine: str, method: str, path: str, timeout: float = 10) -> tuple[int, bytes]:
    """One request to a container engine over its socket: the status and the body.

    Raises OSError when it does not answer within `timeout` seconds. By hand, because
    `http.client` takes longer to import than this process takes to start.
    """
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(timeout)
        connection.connect(engine)
        connection.sendall(f"{method} {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
        with connection.makefile("rb") as answer:
            head, _, body = answer.read().partition(b"\r\n\r\n")
    status = head.split(maxsplit=2)[1:2]
    if not status or not status[0].isdigit():
        raise ConnectionError(f"{engine} does not speak HTTP")
    return int(status[0]), body


def remove_containers(engine: str, run: str) -> None:
    """Remove every container started for this run folder, running or not."""
    wanted = quote(json.dumps({"label": [f"nomocks={run}"]}))
    _, body = ask_engine(engine, "GET", f"/containers/json?all=true&filters={wanted}")
    for found in json.loads(body):
        ask_engine(engine, "DELETE", f"/containers/{found['Id']}?force=true&v=true")


def is_postmaster(pid: int, data: str) -> bool:
    """Whether this process is the server of this data folder, and not a later one of its number."""
    try:
        return data.encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        if Path("/proc/self").exists():
            return False
    listed = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True
    )
    return data in listed.stdout.split()


def stop_postmaster(data: str) -> None:
    """End the server of a data folder, if one runs. Nothing is saved: nothing is worth it."""
    try:
        pid = int(Path(data, "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return
    deadline = time.monotonic() + STOPPING
    with contextlib.suppress(ProcessLookupError):
        if is_postmaster(pid, data):
            os.kill(pid, signal.SIGQUIT)
        while is_postmaster(pid, data):
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.003)


def stop(charge: Charge) -> None:
    """Stop the server and remove its data."""
    if charge.engine:
        with contextlib.suppress(OSError, ValueError):
            remove_containers(charge.engine, charge.run)
    if charge.data:
        stop_postmaster(charge.data)
        shutil.rmtree(charge.data, ignore_errors=True)


def _run(charge: Charge) -> subprocess.Popen[bytes] | None:
    if not charge.command:
        return None
    with Path(charge.run, "server.log").open("ab") as log:
        return subprocess.Popen(
            charge.command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            user=charge.uid,
            group=charge.gid,
            extra_groups=None if charge.gid is None else [],
            start_new_session=True,
            cwd="/",
        )


def _raise_when_dead(server: subprocess.Popen[bytes]) -> None:
    """From now on, its death raises DeadServerError."""

    def look(_signal: int = 0, _frame: FrameType | None = None) -> None:
        if server.poll() is not None:  # the signal also comes when it is merely stopped
            raise DeadServerError

    signal.signal(signal.SIGCHLD, look)
    look()


def _wait_until_unused(run: Path) -> None:
    """Return when nobody uses the server and, by `start.lock`, nobody can begin to."""
    users = os.open(run / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
    while True:
        fcntl.flock(users, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_UN)
        time.sleep(LINGER)
        start = os.open(run / "start.lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(start, fcntl.LOCK_EX)
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(start)
        else:
            return


def _forget(run: Path) -> None:
    """Remove the state of a dead server, unless a start is under way that does so itself."""
    with contextlib.suppress(OSError):
        start = os.open(run / "start.lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(start, fcntl.LOCK_EX | fcntl.LOCK_NB)
        (run / "state.json").unlink(missing_ok=True)


def main(charge: Charge, lock: int) -> None:
    """Detach, run the server if it is ours to run, wait, stop it. `lock` is `warden.lock`."""
    if os.fork():
        os._exit(0)
    os.setsid()
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    try:
        server = _run(charge)
        if server:
            _raise_when_dead(server)
        _wait_until_unused(Path(charge.run))
    except DeadServerError:
        shutil.rmtree(charge.data, ignore_errors=True)
        _forget(Path(charge.run))
        return
    except OSError as error:  # the run folder is gone, or the server can't be run at all
        print(error, file=sys.stderr)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # so that a child of ours leaves no zombie
    stop(charge)
    Path(charge.run, "state.json").unlink(missing_ok=True)


if __name__ == "__main__":
    main(Charge(**json.loads(sys.argv[1])), int(sys.argv[2]))
