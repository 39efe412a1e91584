"""Whether this machine can wall hostile tests in; found out by doing it, not by asking versions."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nomocks.grading.sandbox import calls
from nomocks.grading.sandbox.bubblewrap import FIRST_USER, walls
from nomocks.grading.sandbox.confinement import MB, MEMORY

NEEDED = 512 * MB  # of memory that a worker's PostgreSQL may fill with files
RESTRICTED = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
NAMESPACES = Path("/proc/sys/user/max_user_namespaces")
ATTEMPT = """
import os, sys
from nomocks.grading.sandbox import namespaces, runs
if os.getuid() == 0:
    namespaces.become(int(sys.argv[1]))
run = runs.fork_confined()
if run == 0:
    os._exit(0)
os.waitpid(run, 0)
"""


class SandboxError(RuntimeError):
    """Why nothing can be graded safely here, and what to do about it. One sentence."""


@dataclass(frozen=True)
class Finding:
    """One thing that the sandbox needs. ``remedy`` is what to do where it is not there."""

    what: str
    holds: bool
    remedy: str = ""


def findings() -> Iterator[Finding]:
    """Everything that the sandbox needs; what can't be tried without one that lacks is left out."""
    found = [
        Finding("Linux", sys.platform == "linux", "grade on Linux, or in a virtual machine"),
        Finding(
            "bubblewrap",
            shutil.which("bwrap") is not None,
            "install it (apt-get install bubblewrap)",
        ),
        Finding(
            "libseccomp",
            calls.available(),
            "install it (apt-get install libseccomp2; pip install pyseccomp)",
        ),
        Finding(
            f"{NEEDED // MB} MB of free memory in {MEMORY}",
            _free(MEMORY) >= NEEDED,
            f"give it more (mount -o remount,size=1g {MEMORY}; for a container, --shm-size=1g)",
        ),
    ]
    yield from found
    if all(one.holds for one in found):
        problem = attempt()
        yield Finding("walls within walls", not problem, problem)


def require_sandbox() -> None:
    """Raises SandboxError unless hostile tests can be walled in here."""
    for one in findings():
        if not one.holds:
            raise SandboxError(
                f"Tests of others can't be run safely here, {one.what} is missing: {one.remedy}. "
                "`nomocks doctor` tells more; --unsafe is for your own notebooks only."
            )


def attempt() -> str:
    """What to do about walls that do not hold; nothing where they do."""
    with tempfile.TemporaryDirectory() as folder:
        program = [sys.executable, "-P", "-B", "-c", ATTEMPT, str(FIRST_USER)]
        done = subprocess.run(
            [*walls(Path(folder)), *program], env={}, cwd="/", capture_output=True, text=True
        )
    if not done.returncode:
        return ""
    return _remedy(done.stderr.strip().splitlines())


def _remedy(said: list[str]) -> str:
    last = said[-1] if said else "bubblewrap said nothing"
    if _number(RESTRICTED):
        return (
            "AppArmor keeps users from namespaces of their own; allow them "
            "(sysctl kernel.apparmor_restrict_unprivileged_userns=0), or grade as root"
        )
    if NAMESPACES.exists() and not _number(NAMESPACES):
        return "users may have no namespaces; allow them (sysctl user.max_user_namespaces=10000)"
    if Path("/.dockerenv").exists():
        return (
            "this is a container that may make no namespaces; start it with "
            f"--security-opt seccomp=unconfined --security-opt apparmor=unconfined ({last})"
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
