"""A worker's folders, and those of graders that were killed before they could remove theirs."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from os import getpid
from pathlib import Path

import psutil

PREFIX = "nomocks-worker-"


@contextmanager
def folder_in(parent: Path) -> Iterator[Path]:
    """A new folder for the length of a block. What others have left there is removed, too."""
    sweep(parent)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{getpid()}-", dir=parent))
    try:
        yield folder
    finally:
        remove(folder)


def sweep(parent: Path) -> None:
    """Remove the folders of graders that were killed."""
    for folder in parent.glob(f"{PREFIX}*"):
        owner = folder.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            remove(folder)


def remove(folder: Path) -> None:
    """Remove a folder as far as that can be done, however deep it is."""
    command = ["rm", "-rf", "--one-file-system", "--", str(folder)]
    subprocess.run(command, stderr=subprocess.DEVNULL)
