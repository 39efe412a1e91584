"""Where servers keep their things: all of it private to one user of the machine.

`NOMOCKS_HOME` moves everything below one folder, `NOMOCKS_DATA` only the data of the servers.
"""

import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from nomocks.postgres.errors import PostgresError

SHARED_MEMORY = Path("/dev/shm")
ROOM_WANTED = 1 << 30
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET = 100  # sun_path holds 104 bytes on macOS, 108 on Linux


@dataclass(frozen=True)
class Account:
    """The user of the operating system that PostgreSQL runs as when we are root."""

    name: str
    uid: int
    gid: int


def server_account() -> Account | None:
    """The user to run PostgreSQL as, None for the present one.

    Raises PostgresError as root on a machine without a user to change to.
    """
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise PostgresError(
        "PostgreSQL refuses to run as root, and this machine has no user postgres or nobody "
        "to run it as: add one with `useradd --system postgres`, or work as another user."
    )


def run_folder(name: str) -> Path:
    """The folder of the locks, state, socket and log of one kind and version of server."""
    setting = os.environ.get("NOMOCKS_HOME")
    home = Path(setting).absolute() / "run" if setting else Path(f"/tmp/nomocks-{os.geteuid()}")
    return private(private(home, whose="NOMOCKS_HOME") / name, whose="NOMOCKS_HOME")


def data_folder() -> Path:
    """The parent of data folders: in memory where there is room, else on disk."""
    own = f"nomocks-{os.geteuid()}"
    setting = os.environ.get("NOMOCKS_DATA")
    if setting:
        return private(Path(setting).absolute() / own, whose="NOMOCKS_DATA")
    if _has_room(SHARED_MEMORY):
        return private(SHARED_MEMORY / own, whose="NOMOCKS_DATA")
    return private(cache_folder() / "data", whose="NOMOCKS_DATA")


def cache_folder() -> Path:
    """What is worth keeping between servers. Root's must be reachable for PostgreSQL's user."""
    setting = os.environ.get("NOMOCKS_HOME")
    if setting:
        return private(Path(setting).absolute() / "cache", whose="NOMOCKS_HOME")
    if os.geteuid() == 0:
        return private(Path("/var/tmp/nomocks-0"), whose="NOMOCKS_HOME")
    return private(platformdirs.user_cache_path("nomocks"), whose="NOMOCKS_HOME")


def socket_folder(run: Path, account: Account | None) -> Path:
    """A folder for the server's socket, open to the server's user alone."""
    folder = run / "socket"
    if len(os.fsencode(folder / SOCKET_NAME)) > LONGEST_SOCKET:
        raise PostgresError(
            f"The path of the socket in {folder} is too long for this system: "
            "set NOMOCKS_HOME to a shorter path, such as /tmp/nomocks."
        )
    folder.mkdir(mode=0o700, exist_ok=True)
    give(folder, account)
    return folder


def private(path: Path, whose: str) -> Path:
    """Make a folder of our own, or check that it is. `whose` is the setting that moves it.

    Root's folders can be passed through, because its server runs as another user.
    """
    mode = 0o711 if os.geteuid() == 0 else 0o700
    try:
        path.mkdir(mode=mode, parents=True, exist_ok=True)
        found = path.lstat()
    except OSError as error:
        raise PostgresError(
            f"{path} can't be made or used ({error.strerror}): free it, or set {whose} "
            "to a folder of your own."
        ) from None
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise PostgresError(
            f"{path} belongs to somebody else: remove it, or set {whose} to a folder of your own."
        )
    if os.geteuid() == 0 and not is_open_to_all(path.parent):
        raise PostgresError(
            f"{path} is where only root can go, and PostgreSQL does not run as root: set {whose} "
            "to a folder elsewhere, such as /var/tmp/nomocks."
        )
    if stat.S_IMODE(found.st_mode) & 0o066 or (os.geteuid() == 0 and not found.st_mode & 0o001):
        path.chmod(mode)
    return path


def give(path: Path, account: Account | None) -> None:
    """Make the server's user the owner of a file or folder."""
    if account:
        os.chown(path, account.uid, account.gid)


def is_open_to_all(path: Path) -> bool:
    """Whether each folder on the way to `path` lets another user pass."""
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents) if folder.exists())


def _has_room(path: Path) -> bool:
    try:
        return shutil.disk_usage(path).free > ROOM_WANTED and os.access(path, os.W_OK | os.X_OK)
    except OSError:
        return False
