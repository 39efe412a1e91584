"""What a run does to itself before the first line of a submission is imported."""

import os
import resource
from dataclasses import dataclass
from pathlib import Path

from nomocks.grading.sandbox import namespaces
from nomocks.grading.sandbox.calls import deny_calls

BOX = "/box"  # the one folder that a run can write to
POSTGRES = "/pg"  # the folder with the server's socket
MEMORY = Path("/dev/shm")  # outside: a file system in memory, for PostgreSQL
MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What a run may use. Sizes are in bytes; the CPU's time is in seconds."""

    cpu: int = 120
    memory: int = 2048 * MB  # addresses of one process; its parent watches what all use together
    processes: int = 64  # with threads
    file: int = 16 * MB
    disk: int = 32 * MB
    files: int = 2000
    open_files: int = 128
    signals: int = 256  # that wait, of all processes; timers count as well


def confine(limits: Limits = Limits()) -> None:
    """Shut this process in, as the first of its namespaces. There is no way back.

    Raises OSError when the kernel does not allow it.
    """
    namespaces.keep_mounts_to_oneself()
    disk = f"size={limits.disk},nr_inodes={limits.files},mode=0700"
    namespaces.mount_memory(BOX, disk)
    namespaces.mount_memory("/dev/shm", f"size={4 * MB},nr_inodes=100,mode=0700")
    # Nothing needs it, and it tells of mounts, of other processes and of their environment.
    namespaces.mount_memory(
        "/proc", "size=0,nr_inodes=1,mode=0555", namespaces.CLEAN | namespaces.READ_ONLY
    )
    limit(limits)
    os.chdir(BOX)
    tidy_environment(Path(BOX))
    namespaces.drop_capabilities()
    deny_calls()


def limit(limits: Limits) -> None:
    """Set the kernel's limits, which nobody can raise again."""
    for kind, most in (
        (resource.RLIMIT_CPU, limits.cpu),
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_FSIZE, limits.file),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_SIGPENDING, limits.signals),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def tidy_environment(home: Path) -> None:
    """Leave in the environment what a program expects there, and nothing of the machine."""
    os.environ.clear()
    os.environ.update(HOME=str(home), TMPDIR=str(home), PATH="/usr/bin:/bin", LANG="C.UTF-8")
