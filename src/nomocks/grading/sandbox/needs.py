"""What walls need of a machine; found out by doing it, not by asking versions."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nomocks.grading.sandbox import calls, landlock, users
from nomocks.grading.sandbox.bubblewrap import folders_of_python, walls
from nomocks.grading.sandbox.confinement import MB, MEMORY
from nomocks.grading.sandbox.leftovers import folder_in

NEEDED = 512 * MB  # of memory that a worker's PostgreSQL may fill with files
ON_DISK = 1024 * MB  # that runs may take in the moment until they are found to take too much
RESTRICTED = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
NAMESPACES = Path("/proc/sys/user/max_user_namespaces")
CONTAINER = (Path("/.dockerenv"), Path("/run/.containerenv"))
WITHIN_NAMESPACES = """
import os, sys
from nomocks.grading.sandbox import namespaces, runs
if os.getuid() == 0:
    namespaces.become(int(sys.argv[1]))
run = runs.fork_confined()
if run == 0:
    os._exit(0)
os.waitpid(run, 0)
"""
WITHIN_LANDLOCK = """
import os, sys
from pathlib import Path
from nomocks.grading.sandbox import landlocked
folder, user, *readable = sys.argv[1:]
runs = landlocked.Runs(Path(folder), [int(user)], map(Path, readable))
run = runs.fork()
if run == 0:
    problem = ""
    try:
        Path("mine").touch()
        for name in readable:
            os.listdir(name)
    except OSError as error:
        problem = str(error)
    for name in ("/etc/passwd", "/proc/1/environ"):
        try:
            open(name)
            problem = f"{name} can be read"
        except OSError:
            pass
    os.write(2, problem.encode())
    os._exit(0)
runs.end(run)
"""


@dataclass(frozen=True)
class Finding:
    """One thing that a sandbox needs. ``remedy`` is what to do where it is not there."""

    what: str
    holds: bool
    remedy: str = ""


def of_namespaces() -> Iterator[Finding]:
    """What bubblewrap and namespaces need; what can't be tried without one that lacks is left out.

    So are those of the other walls.
    """
    found = [
        Finding("Linux", sys.platform == "linux", "grade on Linux, or in a container"),
        Finding(
            "bubblewrap",
            shutil.which("bwrap") is not None,
            "install it (apt-get install bubblewrap)",
        ),
        _libseccomp(),
        _memory(),
    ]
    yield from found
    if all(one.holds for one in found):
        problem = attempt()
        yield Finding("walls within walls", not problem, problem)


def of_landlock(disposable: bool) -> Iterator[Finding]:
    """What walls without namespaces need. ``disposable``: the user says that the machine is."""
    version = landlock.version() if sys.platform == "linux" else 0
    alone = not _network()
    found = [
        Finding("Linux", sys.platform == "linux", "grade on Linux, or in a container"),
        Finding(
            "root",
            hasattr(os, "geteuid") and os.geteuid() == 0,
            "only root can give each run a user of its own, and what shares the grader's may "
            "change its files and limits: run the container as root (docker run --user 0)",
        ),
        Finding(
            "a container to throw away",
            disposable or in_container(),
            "a run sees which files there are, and sockets that all may use: start a container "
            "for it, or say by NOMOCKS_TIER=landlock that this machine is thrown away afterward",
        ),
        Finding(
            "Landlock",
            version > 0,
            "it is in Linux since 5.13, and container engines let it through since Docker 20.10.10 "
            "and Podman 4: take newer ones, or turn it on (the kernel's option lsm=landlock,...)",
        ),
        Finding(
            "no network, or a Landlock that shuts it",
            alone or version >= landlock.WITH_SCOPES,
            "start the container without one (docker run --network none), or take Linux 6.12",
        ),
        _libseccomp(),
        _memory(),
        Finding(
            f"{ON_DISK // MB} MB of free space in {tempfile.gettempdir()}",
            _free(Path(tempfile.gettempdir())) >= ON_DISK,
            "free it, or set TMPDIR to a folder on another disk",
        ),
    ]
    yield from found
    if all(one.holds for one in found):
        problem = attempt_landlock()
        yield Finding("walls without namespaces", not problem, problem)


def attempt() -> str:
    """What to do about namespaces that do not hold; nothing where they do."""
    with tempfile.TemporaryDirectory() as folder:
        program = [sys.executable, "-P", "-B", "-c", WITHIN_NAMESPACES, str(users.PAIRS[-1])]
        done = _run([*walls(Path(folder)), *program])
    if not done.returncode:
        return ""
    return _remedy(done.stderr.strip().splitlines())


def attempt_landlock() -> str:
    """The same for walls without namespaces."""
    disk = Path(tempfile.gettempdir())
    try:
        with users.claimed(users.FOLDER) as own, folder_in(disk) as folder:
            folder.chmod(0o711)
            program = [sys.executable, "-P", "-B", "-c", WITHIN_LANDLOCK, str(folder), str(own[2])]
            done = _run([*program, *map(str, folders_of_python())])
    except OSError as error:
        return str(error)
    said = done.stderr.strip().splitlines()
    if not done.returncode and not said:
        return ""
    return (
        f"a run could not be shut in, or could not work there ({said[-1] if said else 'it ended'}):"
        " see that all users may read Python and its packages, and that the container has the "
        "capabilities CHOWN, DAC_OVERRIDE, SETUID, SETGID and KILL that engines give by themselves"
    )


def in_container() -> bool:
    """Whether this is a container of the usual engines."""
    return "KUBERNETES_SERVICE_HOST" in os.environ or any(path.exists() for path in CONTAINER)


def _libseccomp() -> Finding:
    return Finding(
        "libseccomp",
        calls.available(),
        "install it (apt-get install libseccomp2; pip install pyseccomp)",
    )


def _memory() -> Finding:
    return Finding(
        f"{NEEDED // MB} MB of free memory in {MEMORY}",
        _free(MEMORY) >= NEEDED,
        f"give it more (mount -o remount,size=1g {MEMORY}; for a container, --shm-size=1g)",
    )


def _network() -> bool:
    return any(name != "lo" for _, name in socket.if_nameindex())


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env={}, cwd="/", capture_output=True, text=True)


def _remedy(said: list[str]) -> str:
    last = said[-1] if said else "bubblewrap said nothing"
    if _number(RESTRICTED):
        return (
            "AppArmor keeps users from namespaces of their own; allow them "
            "(sysctl kernel.apparmor_restrict_unprivileged_userns=0), or grade as root"
        )
    if NAMESPACES.exists() and not _number(NAMESPACES):
        return "users may have no namespaces; allow them (sysctl user.max_user_namespaces=10000)"
    if in_container():
        return (
            "this is a container that may make no namespaces, which is as it should be where the "
            "other walls hold; else start it with --cap-add SYS_ADMIN --cap-add NET_ADMIN "
            "--security-opt seccomp=unconfined --security-opt apparmor=unconfined "
            f"--security-opt systempaths=unconfined ({last})"
        )
    return f"ask whoever runs this machine ({last})"


def _free(folder: Path) -> int:
    try:
        there = os.statvfs(folder)
    except OSError:
        return 0
    return there.f_bavail * there.f_frsize


def _number(path: Path) -> int:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return 0
