"""One server for all processes of a user: started by the first, stopped after the last.

A run folder holds the locks. `start.lock` is held while a server is started, attached to or
stopped. `users.lock` is shared by all who use it: the lock belongs to an open file, so a forked
child counts as a user too, and a program that it executes does not.
"""

import contextlib
import errno
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import URL, make_url

from nomocks.postgres import warden
from nomocks.postgres.errors import NoFreeConnectionError, PostgresError
from nomocks.postgres.warden import Charge


@dataclass(frozen=True)
class Running:
    """A server that runs, as written down for all processes that share it."""

    kind: str
    source: str
    url: str
    version: str = ""
    data: str = ""
    engine: str = ""

    def parsed_url(self) -> URL:
        return make_url(self.url)


_used: dict[Path, int] = {}
# A full queue (EAGAIN) or a slow answer is no death.
_NOBODY = (errno.ECONNREFUSED, errno.ENOENT, errno.EHOSTUNREACH, errno.ENETUNREACH)


@dataclass(frozen=True)
class Source:
    """How to get a server of one kind and version."""

    run: Path
    start: Callable[[], Running]  # starts one with a warden, and waits until it answers
    sweep: Callable[[], None]  # stops and removes whatever of this run folder is left


def share(source: Source, check: Callable[[Running], None]) -> Running:
    """Attach to the server of a source, or start it. The process uses it until it ends.

    `check` connects to a server that was found and raises PostgresError when it does not answer:
    then it is cleared away.
    """
    run = source.run
    with exclusive(run):
        known = run in _used
        if not known:
            _used[run] = _open_lock(run / "users.lock", fcntl.LOCK_SH)
        try:
            return _attach(run, check) or _start(source)
        except BaseException:
            if not known:
                os.close(_used.pop(run))
            raise


def is_alive(running: Running) -> bool:
    """Whether something listens there: under a millisecond, and no more than that."""
    url = running.parsed_url()
    folder = url.query.get("host")
    family = socket.AF_UNIX if folder else socket.AF_INET
    address = f"{folder}/.s.PGSQL.5432" if folder else (url.host, url.port)
    with socket.socket(family) as probe:
        probe.settimeout(1)
        return probe.connect_ex(address) not in _NOBODY


def watch(charge: Charge) -> None:
    """Leave a charge with a new warden."""
    lock = _open_lock(Path(charge.run, "warden.lock"), fcntl.LOCK_EX)
    os.ftruncate(lock, 0)  # the number in it was that of an earlier warden
    try:
        with Path(charge.run, "warden.log").open("wb") as log:
            subprocess.run(
                [sys.executable, "-I", "-S", warden.__file__, charge.to_json(), str(lock)],
                pass_fds=[lock],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                check=True,
            )
    except (OSError, subprocess.CalledProcessError) as error:
        raise PostgresError(
            f"The process that looks after the server can't be started ({error}): "
            f"see {charge.run}/warden.log, and check that {sys.executable} still runs."
        ) from None
    finally:
        os.close(lock)


def has_warden(run: Path) -> bool:
    """Whether a warden lives for this run folder."""
    try:
        os.close(_open_lock(run / "warden.lock", fcntl.LOCK_EX | fcntl.LOCK_NB))
    except BlockingIOError:
        return True
    return False


def clear(source: Source) -> None:
    """Remove what a dead or hung server left. The caller holds `start.lock`."""
    left = _read(source.run)
    if left:  # while its warden lives, so that it is reaped
        warden.stop(Charge(str(source.run), data=left.data))
    lock = source.run / "warden.lock"
    while has_warden(source.run):
        with contextlib.suppress(OSError, ValueError):
            os.kill(int(lock.read_text()), signal.SIGKILL)
        time.sleep(0.003)
    source.sweep()
    (source.run / "state.json").unlink(missing_ok=True)


@contextlib.contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold `start.lock` of a folder."""
    lock = _open_lock(folder / "start.lock", fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(lock)


def _attach(run: Path, check: Callable[[Running], None]) -> Running | None:
    found = _read(run)
    if not found or not is_alive(found):
        return None
    try:
        check(found)
    except NoFreeConnectionError:
        raise
    except PostgresError:
        return None
    if not has_warden(run):
        watch(Charge(str(run), data=found.data, engine=found.engine))
    return found


def _start(source: Source) -> Running:
    clear(source)
    try:
        running = source.start()
        state = source.run / "state.json"
        with os.fdopen(os.open(state, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(asdict(running), file)
    except BaseException:
        clear(source)
        raise
    return running


def _read(run: Path) -> Running | None:
    try:
        return Running(**json.loads((run / "state.json").read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _open_lock(path: Path, operation: int) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, operation)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
