"""The outer wall: bubblewrap around all that ever runs a line of a submission."""

import os
import site
import sys
from importlib.util import find_spec
from pathlib import Path

from nomocks.grading.sandbox.confinement import BOX, POSTGRES


def walls(sockets: Path) -> list[str]:
    """The command line of bubblewrap, up to the program that is to run inside.

    Inside there are the system's programs, this Python with its packages, and the folder
    ``sockets`` as /pg; all is read-only, and there is no network.
    """
    folders = [Path("/usr"), *folders_of_python()]
    command = ["bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    command += ["--unshare-cgroup-try", "--as-pid-1", "--die-with-parent", "--new-session"]
    command += ["--hostname", "box", "--clearenv"]
    if os.getuid():  # root needs no namespace of users, and drops to another user inside
        command += ["--unshare-user", "--uid", "1000", "--gid", "1000", "--cap-drop", "ALL"]
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        if Path("/", name).is_symlink():
            command += ["--symlink", f"usr/{name}", f"/{name}"]
        elif Path("/", name).is_dir():
            folders.append(Path("/", name))
    for folder in folders:
        command += ["--ro-bind", str(folder), str(folder)]
    # The user inside is another than the one who may look into them outside.
    parents = {parent for folder in folders for parent in folder.parents} - {Path("/")}
    for parent in sorted(parents):
        if not _within(parent, folders):
            command += ["--chmod", "0755", str(parent)]
    command += ["--dir", "/etc", "--chmod", "0755", "/etc"]
    command += ["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    command += ["--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", BOX]
    if Path("/tmp") not in parents:  # then it is there, and nobody can write to it
        command += ["--symlink", BOX[1:], "/tmp"]
    command += ["--ro-bind", str(sockets), POSTGRES]
    return [*command, "--remount-ro", "/", "--chdir", BOX, "--"]


def _within(path: Path, folders: list[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def folders_of_python() -> list[Path]:
    """The folders of this Python, of its packages, and of ours, the outer ones first."""
    named = {sys.prefix, sys.base_prefix, *site.getsitepackages()}
    for package in ("nomocks", "shop"):
        spec = find_spec(package)
        named |= set(spec.submodule_search_locations or ()) if spec else set()
    found: list[Path] = []
    for folder in sorted((Path(name).resolve() for name in named), key=lambda one: len(one.parts)):
        if not _within(folder, [Path("/usr"), *found]):
            found.append(folder)
    return found
