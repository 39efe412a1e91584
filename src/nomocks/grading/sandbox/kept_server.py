"""The process that keeps the PostgreSQL for submissions where there are no namespaces.

It starts the server as a user of its own, shut in by Landlock, and ends it with all that it has
started when the grader closes the line, or ends.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

from nomocks.grading.sandbox import keeping, landlock
from nomocks.grading.sandbox.landlocked import DEVICES, LIBRARIES, SYSTEM

REMOVE = 0  # IPC_RMID


def main() -> None:
    """Arguments: the line's descriptor, the user, folders to read, folders to write, a command.

    Lists of folders are joined by colons; the first to write is where the data will be.
    """
    line, user, readable, writable, *command = sys.argv[1:]
    folders = [Path(name) for name in writable.split(":")]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keeping.adopt_orphans()
    server = os.fork()
    if server == 0:
        try:
            os.close(int(line))
            _become_server(int(user), [Path(name) for name in readable.split(":")], folders)
            os.execvpe(command[0], command, {"LC_ALL": "C", "PATH": "/usr/bin:/bin"})
        except OSError as error:
            os.write(2, f"{error}\n".encode())
        finally:
            os._exit(1)
    keeping.keep(server, int(user), int(line))
    os.seteuid(int(user))
    _remove_shared_memory(folders[0] / "data" / "postmaster.pid")
    os._exit(0)


def _become_server(user: int, readable: list[Path], writable: list[Path]) -> None:
    os.setsid()
    os.chdir("/")
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    keeping.end_with_parent()
    landlock.restrict([*SYSTEM, LIBRARIES, *readable], writable, DEVICES, removing=True)


def _remove_shared_memory(noted: Path) -> None:
    """The few bytes by which a server shows others that it runs; no process holds them."""
    try:
        number = int(noted.read_text().splitlines()[6].split()[1])
    except (OSError, IndexError, ValueError):  # it had not come so far
        return
    ctypes.CDLL(None).shmctl(number, REMOVE, None)


if __name__ == "__main__":
    main()
