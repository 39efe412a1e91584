"""Starts the PostgreSQL for submissions where there are no namespaces: Landlock around it.

Its data lies in memory, and its log of changes on disk: were both in one place that a submission
can fill, the server would end. What they take is watched (`overuse`), as no limit of the kernel's
holds for a folder.
"""

import contextlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from nomocks.grading.sandbox.leftovers import remove
from nomocks.grading.sandbox.server_box import ENDING, program
from nomocks.grading.sandbox.server_settings import ADMISSION, SETTINGS
from nomocks.postgres.binaries import Binaries
from nomocks.postgres.folders import Account, give


@dataclass(frozen=True)
class KeptBox:
    """A server, and the process that keeps it."""

    wall: subprocess.Popen[bytes]
    line: int  # its closing ends all

    @property
    def runs(self) -> bool:
        """Whether the server has not ended."""
        return self.wall.poll() is None

    def end(self) -> None:
        """Kill the server with all that it has started, and wait; may be called once."""
        os.close(self.line)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wall.wait(ENDING)
        self.wall.kill()
        self.wall.wait()


def start(
    binaries: Binaries,
    archive: Path,
    sockets: Path,
    log: BinaryIO,
    account: Account | None,
    disk: Path,
) -> KeptBox:
    """Start a server on a new data folder, made of the archive of a cluster.

    The data folder is made beside the one of the sockets, and its log of changes on ``disk``.
    """
    if account is None:
        raise PermissionError("only root can start a server that is walled in without namespaces")
    package = binaries.root.parent
    admission = sockets.parent / "pg_hba.conf"
    admission.write_text(ADMISSION)
    admission.chmod(0o644)
    memory, changes = sockets.parent / "server", disk / "changes"
    for folder in (memory, changes):
        remove(folder)
        folder.mkdir(mode=0o700)
        give(folder, account)
    readable = (package, package.with_name(f"{package.name}.libs"), admission)
    writable = (memory, changes, sockets)
    settings = SETTINGS | {"hba_file": str(admission)}
    postgres = binaries.root / "bin" / "postgres"
    line, ours = os.pipe()
    try:
        with archive.open("rb") as cluster:
            wall = subprocess.Popen(
                [
                    *(sys.executable, "-P", "-B", "-m", "nomocks.grading.sandbox.kept_server"),
                    *(str(line), str(account.uid), _joined(readable), _joined(writable)),
                    *program(postgres, f"{memory}/data", str(changes), str(sockets), settings),
                ],
                stdin=cluster,
                stdout=log,
                stderr=log,
                pass_fds=[line],
                env={},
                cwd="/",
                start_new_session=True,
            )
    except OSError:
        os.close(ours)
        raise
    finally:
        os.close(line)
    return KeptBox(wall, ours)


def _joined(folders: tuple[Path, ...]) -> str:
    return ":".join(map(str, folders))
