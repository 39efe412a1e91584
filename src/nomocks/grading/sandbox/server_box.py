"""The wall around the PostgreSQL for submissions: bubblewrap, with nothing of the host inside.

The data lives in memory that only this sandbox sees, of a size that nobody inside can exceed, and
which is gone with the last process in it.
"""

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from nomocks.grading.sandbox.server_settings import (
    ADMISSION,
    MEMORY_OF_SESSION,
    SETTINGS,
    SPACE,
    SPACE_FOR_LOG,
)
from nomocks.postgres.binaries import Binaries
from nomocks.postgres.errors import PostgresError
from nomocks.postgres.folders import Account

SYSTEM = ("bin", "sbin", "lib", "lib32", "lib64")
DATA = "/server/data"
ENDING = 10.0  # seconds for the kernel to end all processes inside
# Reads the archive of a cluster. When memory is short, the kernel shall end this, not the grader.
START = """\
set -eu
data=$1 log=$2
shift 2
echo 800 2> /dev/null > /proc/self/oom_score_adj || true
mkdir -m 700 "$data" "$log/pg_wal"
tar -C "$data" -xf -
mv "$data"/pg_wal/* "$log/pg_wal"
rm -r "$data/pg_wal"
ln -s "$log/pg_wal" "$data/pg_wal"
exec "$@" < /dev/null
"""


@dataclass(frozen=True)
class Box:
    """A sandbox with a server in it."""

    wall: subprocess.Popen[bytes]
    first: int  # a descriptor of the first process inside, -1 when there never was one

    @property
    def runs(self) -> bool:
        """Whether the server has not ended."""
        return self.wall.poll() is None

    def end(self) -> None:
        """Kill all that is inside, and wait until it is gone; may be called once."""
        if self.first >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.first, signal.SIGKILL)
            select.select([self.first], [], [], ENDING)
            os.close(self.first)
        self.wall.kill()
        self.wall.wait()


def start(
    binaries: Binaries, archive: Path, sockets: Path, log: BinaryIO, account: Account | None
) -> Box:
    """Start a server on a new data folder, made of the archive of a cluster.

    It ends with the thread that calls this. Raises PostgresError without bubblewrap.
    """
    if shutil.which("bwrap") is None:
        raise PostgresError(
            "The program bwrap is not installed, so nothing can be graded: install bubblewrap."
        )
    admission = _read_end(ADMISSION.encode())
    told, tell = os.pipe()
    command = [*_walls(binaries, sockets, admission, tell, account), *_inside(binaries, account)]
    try:
        with archive.open("rb") as cluster:
            wall = subprocess.Popen(
                command,
                stdin=cluster,
                stdout=log,
                stderr=log,
                pass_fds=[admission, tell],
                env={},  # what bubblewrap itself gets could be read inside
                cwd="/",
            )
    except OSError:
        os.close(told)
        raise
    finally:
        os.close(admission)
        os.close(tell)
    with os.fdopen(told, "rb") as info:
        return Box(wall, _first_process(info.read()))


def _walls(
    binaries: Binaries, sockets: Path, admission: int, tell: int, account: Account | None
) -> list[str]:
    package = binaries.root.parent
    libraries = package.with_name(f"{package.name}.libs")
    command = ["bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    command += ["--unshare-cgroup-try", "--die-with-parent", "--new-session", "--hostname", "pg"]
    command += ["--cap-drop", "ALL"]
    if account:  # root needs no namespace of users, and drops to another user inside
        command += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-user", "--disable-userns"]
    command += ["--clearenv", "--setenv", "LC_ALL", "C", "--setenv", "PATH", "/usr/bin:/bin"]
    command += ["--info-fd", str(tell), "--ro-bind", "/usr", "/usr"]
    for name in SYSTEM:
        if Path("/", name).is_symlink():
            command += ["--symlink", f"usr/{name}", f"/{name}"]
        elif Path("/", name).is_dir():
            command += ["--ro-bind", f"/{name}", f"/{name}"]
    for folder in ("/etc", "/opt"):
        command += ["--perms", "0755", "--dir", folder]
    command += ["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    command += ["--perms", "0444", "--ro-bind-data", str(admission), SETTINGS["hba_file"]]
    command += ["--ro-bind", str(package), f"/opt/{package.name}"]
    command += ["--ro-bind-try", str(libraries), f"/opt/{libraries.name}"]
    for path, size in (("/server", SPACE), ("/log", SPACE_FOR_LOG), ("/tmp", 1 << 20)):
        command += ["--perms", "1777", "--size", str(size), "--tmpfs", path]
    command += ["--bind", str(sockets), "/sockets", "--proc", "/proc", "--dev", "/dev"]
    return [*command, "--remount-ro", "/", "--chdir", "/", "--"]


def _inside(binaries: Binaries, account: Account | None) -> list[str]:
    command = []
    if account:
        command = ["setpriv", f"--reuid={account.uid}", f"--regid={account.gid}"]
        command += ["--clear-groups", "--inh-caps=-all", "--no-new-privs", "--"]
    postgres = Path("/opt", binaries.root.parent.name, binaries.root.name, "bin", "postgres")
    return [*command, *program(postgres, DATA, "/log", "/sockets")]


def program(
    postgres: Path, data: str, log: str, sockets: str, settings: Mapping[str, str] = SETTINGS
) -> list[str]:
    """The command that makes a data folder of the archive it reads, and becomes the server."""
    command = ["prlimit", "--core=0", "--nofile=1024", f"--as={MEMORY_OF_SESSION}"]
    command += [f"--fsize={SPACE}", "--", "sh", "-c", START, "start", data, log]
    command += [str(postgres), "-D", data, "-k", sockets]
    return [*command, *(f"--{name}={value}" for name, value in settings.items())]


def _first_process(info: bytes) -> int:
    try:
        return os.pidfd_open(json.loads(info)["child-pid"])
    except (ValueError, KeyError, ProcessLookupError):
        return -1  # it has ended already, and its log says why


def _read_end(content: bytes) -> int:
    """A descriptor to read these few bytes from."""
    end, into = os.pipe()
    os.write(into, content)
    os.close(into)
    return end
