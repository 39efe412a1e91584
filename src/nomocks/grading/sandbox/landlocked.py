"""How a zygote without namespaces forks a run: as a user of its own, shut in by Landlock."""

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

from nomocks.grading.sandbox import keeping, landlock, namespaces
from nomocks.grading.sandbox.calls import deny_calls
from nomocks.grading.sandbox.confinement import Limits, limit, tidy_environment
from nomocks.grading.sandbox.in_sight import deny_hidden_files

SYSTEM = tuple(Path("/", name) for name in ("usr", "lib", "lib32", "lib64", "bin", "sbin"))
LIBRARIES = Path("/etc/ld.so.cache")
DEVICES = tuple(Path("/dev", name) for name in ("null", "zero", "full", "random", "urandom"))


class Runs:
    """The runs of a zygote, each with a process that keeps it, and that the zygote knows it by.

    ``folder`` is where each gets a folder of its own; ``users`` are ids that nobody else has,
    nor the ones after them.
    """

    def __init__(self, folder: Path, users: Iterable[int], readable: Iterable[Path]) -> None:
        os.chdir(folder)
        self._folder = folder
        self._free = list(users)
        self._readable = (*SYSTEM, LIBRARIES, *readable)
        self._kept: dict[int, tuple[int, int]] = {}  # the line of each, and its user

    def fork(self) -> int:
        """As ``os.fork``, but gives the id of the run's keeper. Raises OSError.

        Only a keeper can be told by root to end, and no run knows it in time to be in its way.
        """
        user = self._free.pop(0)  # the one that was not used for longest
        (line, ours), (problem, tell) = os.pipe(), os.pipe()
        keeper = os.fork()
        if keeper == 0:
            for other, _ in self._kept.values():
                os.close(other)
            for end in (ours, problem):
                os.close(end)
            if self._begin(user, line, tell):
                return 0
            self._keep(user, line)
        for end in (line, tell):
            os.close(end)
        self._kept[keeper] = ours, user
        with os.fdopen(problem, "rb") as told:
            said = told.read(2000)
        if said != b".":
            self.end(keeper)
            raise OSError(said.decode(errors="replace") or "a process could not shut itself in")
        return keeper

    def end(self, keeper: int) -> None:
        """Kill all of a run, and wait until nothing of it is left."""
        line, user = self._kept.pop(keeper)
        os.close(line)
        os.waitpid(keeper, 0)
        self._free.append(user)

    def _begin(self, user: int, line: int, tell: int) -> bool:
        """Fork the run, in its keeper: true in the run, once it is shut in."""
        try:
            keeping.adopt_orphans()
            own = self._folder / str(user)
            own.mkdir(mode=0o700)
            os.chown(own, user, user)
            self._process = os.fork()
            if self._process:
                os.close(tell)
                return False
            os.close(line)
            confine(own, user, self._readable)
            os.write(tell, b".")
        except BaseException as error:
            with contextlib.suppress(OSError):
                os.write(tell, f"{type(error).__name__}: {error}".encode()[:1000])
            os._exit(1)
        os.close(tell)
        return True

    def _keep(self, user: int, line: int) -> NoReturn:
        try:
            os.closerange(0, line)
            os.closerange(line + 1, 4096)  # the wire, above all: its end is how a run's is seen
            keeping.keep(self._process, user, line)
            # Not by Python, for which a tree can be too deep.
            os.execv(
                "/usr/bin/rm", ["rm", "-rf", "--one-file-system", str(self._folder / f"{user}")]
            )
        finally:
            os._exit(1)


def confine(folder: Path, user: int, readable: Iterable[Path]) -> None:
    """Shut this process in: in a folder, as a user that nobody else is. There is no way back.

    Raises OSError when the kernel does not allow it.
    """
    os.chdir(folder)
    tidy_environment(folder)
    namespaces.become(user)
    keeping.end_with_parent()
    namespaces.drop_capabilities()
    limit(Limits())
    # pytest looks at what is beside the folder, and finds other folders that it can't enter.
    landlock.restrict(readable, [folder], DEVICES, listable=[folder.parent])
    deny_hidden_files()
    deny_calls()
