"""A container that is a grader: the programs of this machine, in an image with next to nothing.

Nothing is pulled, and Docker's own filter of calls is in force: no namespace can be made.
"""

import io
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from nomocks.grading.sandbox.bubblewrap import folders_of_python
from nomocks.postgres import PostgresError
from nomocks.postgres.engine import find_engine

ROOT = Path(__file__).parents[2]
IMAGE = "nomocks-empty"
PEOPLE = "root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n"
FOLDERS = {"etc": 0o755, "root": 0o755, "tmp": 0o1777, "var": 0o755, "var/tmp": 0o1777}
NOMOCKS = str(Path(sys.executable).with_name("nomocks"))
HOME = "/var/tmp/nomocks-home"


def why_not() -> str:
    """Why a container can't be a grader here; empty if it can."""
    if shutil.which("docker") is None:
        return "the program docker is not installed"
    try:
        find_engine()
        return ""
    except PostgresError as error:
        return str(error)


def make_image() -> None:
    """An image with the folders of a system, empty, and as few people as can be."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as tar:
        for name, mode in FOLDERS.items():
            _add(tar, name, tarfile.DIRTYPE, mode)
        _add(tar, "etc/passwd", tarfile.REGTYPE, 0o644, PEOPLE.encode())
        for link in Path("/").iterdir():
            if link.is_symlink() and link.name in ("bin", "sbin", "lib", "lib32", "lib64"):
                _add(tar, link.name, tarfile.SYMTYPE, 0o777, target=str(link.readlink()))
    subprocess.run(
        ["docker", "import", "-", IMAGE], input=content.getvalue(), check=True, capture_output=True
    )


def _add(
    tar: tarfile.TarFile, name: str, kind: bytes, mode: int, content: bytes = b"", target: str = ""
) -> None:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode, entry.size, entry.linkname = kind, mode, len(content), target
    tar.addfile(entry, io.BytesIO(content))


def run(
    *command: str, course: Path = ROOT, options: tuple[str, ...] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a program of this Python's, as root, in a new container without network.

    ``course`` is the one folder that it may write to, under the same name.
    """
    settings = {"NOMOCKS_POSTGRES": "embedded", "NOMOCKS_HOME": HOME, "HOME": "/tmp", **environment}
    folders = {Path("/usr"), ROOT, *folders_of_python()}
    mounts = [f"--volume={one}:{one}:ro" for one in sorted(folders)]
    mounts += ["--volume=/etc/ld.so.cache:/etc/ld.so.cache:ro"]
    if course != ROOT:
        mounts.append(f"--volume={course}:{course}")
    return subprocess.run(
        [
            *("docker", "run", "--rm", "--network=none", "--shm-size=1g", "--user=0"),
            *mounts,
            *(f"--env={name}={value}" for name, value in settings.items()),
            *("--env=PATH=/usr/sbin:/usr/bin:/sbin:/bin", f"--workdir={course}", *options),
            *("--entrypoint", sys.executable, IMAGE, "-B", *command),
        ],
        capture_output=True,
        text=True,
        env=os.environ,
    )
