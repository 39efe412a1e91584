"""What a worker and its PostgreSQL are walled in by, of either kind: the same to the worker."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from nomocks.grading.forks import Zygote
from nomocks.grading.sandbox import kept_box, server_box, users
from nomocks.grading.sandbox.bubblewrap import folders_of_python, walls
from nomocks.grading.sandbox.confinement import POSTGRES
from nomocks.grading.sandbox.leftovers import folder_in
from nomocks.grading.sandbox.overuse import Overuse
from nomocks.grading.sandbox.watch import Watch, Watching
from nomocks.grading.zygote import CONFINED, LANDLOCKED
from nomocks.postgres.binaries import Binaries
from nomocks.postgres.folders import Account


class Box(Protocol):
    """A server within walls."""

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        ...

    def end(self) -> None:
        """Kill all that is inside; may be called once."""
        ...


class Walls(Protocol):
    """The walls of one worker."""

    @property
    def user(self) -> int | None:
        """The user that the server runs as, where the grader is root."""
        ...

    def inside(self, sockets: Path) -> str:
        """The folder of the server's socket, as a run sees it."""
        ...

    def start_server(
        self,
        binaries: Binaries,
        archive: Path,
        sockets: Path,
        log: BinaryIO,
        account: Account | None,
    ) -> Box:
        """Start a server on a new data folder, made of the archive of a cluster."""
        ...

    def zygote(self, sockets: Path) -> Zygote:
        """Start what runs are forked from; they see this folder with the server's socket."""
        ...

    def watch(self, zygote: Zygote) -> Watching:
        """What watches the runs, not started yet."""
        ...


OpenWalls = AbstractContextManager[Walls]


@dataclass(frozen=True)
class Namespaces:
    """Bubblewrap around the zygote, namespaces around each run."""

    user: int | None

    def inside(self, sockets: Path) -> str:  # noqa: ARG002
        return POSTGRES

    def start_server(
        self,
        binaries: Binaries,
        archive: Path,
        sockets: Path,
        log: BinaryIO,
        account: Account | None,
    ) -> Box:
        return server_box.start(binaries, archive, sockets, log, account)

    def zygote(self, sockets: Path) -> Zygote:
        user = os.getuid() if self.user is None else self.user - 1
        return Zygote(None, walls(sockets), {}, [CONFINED, str(user)])

    def watch(self, zygote: Zygote) -> Watching:
        return Watch(zygote.process.pid)


@dataclass(frozen=True)
class Landlocked:
    """A user of its own for each run and for the server, and Landlock around them."""

    users: range
    disk: Path
    memory: Path

    @property
    def user(self) -> int:
        return self.users[0]

    def inside(self, sockets: Path) -> str:
        return str(sockets)

    def start_server(
        self,
        binaries: Binaries,
        archive: Path,
        sockets: Path,
        log: BinaryIO,
        account: Account | None,
    ) -> Box:
        return kept_box.start(binaries, archive, sockets, log, account, self.disk)

    def zygote(self, sockets: Path) -> Zygote:  # noqa: ARG002 (whoever may pass, may connect)
        self._runs.mkdir(exist_ok=True)
        self._runs.chmod(0o755)
        options = [LANDLOCKED, str(self._runs), str(self.users[2]), str(self.users[-1])]
        return Zygote(None, (), {}, [*options, *map(str, folders_of_python())])

    def watch(self, zygote: Zygote) -> Watching:
        return Overuse(zygote.process.pid, self._runs, self.memory / "server")

    @property
    def _runs(self) -> Path:
        return self.disk / "runs"


@contextmanager
def within_namespaces(_: Path) -> Iterator[Walls]:
    """The walls of a worker, where namespaces can be had."""
    if os.getuid():
        yield Namespaces(None)
        return
    with users.claimed(users.FOLDER, users.PAIRS) as own:
        yield Namespaces(own[1])


@contextmanager
def within_landlock(folder: Path) -> Iterator[Walls]:
    """The walls of a worker without namespaces; ``folder`` is its own, in memory."""
    with users.claimed(users.FOLDER) as own, folder_in(_disk()) as disk:
        for passed in (folder, disk):
            passed.chmod(0o711)
        yield Landlocked(own, disk, folder)


def _disk() -> Path:
    return Path(tempfile.gettempdir())
