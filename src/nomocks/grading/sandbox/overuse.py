"""Sees to it that runs take no more memory and disk than they may, where no file system is theirs.

What it finds is too much a moment after it was taken, so there must be room for that moment.
"""

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

from nomocks.grading.sandbox.confinement import Limits
from nomocks.grading.sandbox.server_settings import SPACE
from nomocks.grading.sandbox.watch import MOST, Watching, held

SPARE = 2 * SPACE  # bytes: while there are so many, what the server has taken is not counted


class Overuse(Watching):
    """Looks at the memory and at the files of the runs of a zygote, and at those of the server."""

    def __init__(self, zygote: int, runs: Path, server: Path) -> None:
        """``runs`` has the folder of each; ``server`` has the tables."""
        super().__init__()
        self._zygote = zygote
        self._runs = runs
        self._server = server
        self._limits = Limits()

    def _too_greedy(self, look: int) -> Sequence[psutil.Process]:  # noqa: ARG002
        try:
            keepers = psutil.Process(self._zygote).children()
            runs = [run for one in keepers for run in one.children(recursive=True)]
        except psutil.NoSuchProcess:
            return ()
        too_much = sum(map(held, runs)) > MOST or self._too_many_files() or self._full()
        return runs if too_much else ()

    def _too_many_files(self) -> bool:
        size = number = 0
        try:
            for status in _below(self._runs):
                size, number = size + status.st_blocks * 512, number + 1
                if size > self._limits.disk or number > self._limits.files:
                    return True
        except OSError:  # as deep as that
            return True
        return False

    def _full(self) -> bool:
        room = os.statvfs(self._server.parent)
        if room.f_bavail * room.f_frsize > SPARE:
            return False
        with contextlib.suppress(OSError):
            return sum(status.st_blocks * 512 for status in _below(self._server)) > SPACE
        return False


def _below(folder: Path) -> Iterator[os.stat_result]:
    """All files and folders there, without a link followed; those that go meanwhile are left out.

    Raises OSError when a tree is deeper than a path may be long.
    """
    waiting = [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    yield entry.stat(follow_symlinks=False)
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
        except (FileNotFoundError, NotADirectoryError):
            continue
