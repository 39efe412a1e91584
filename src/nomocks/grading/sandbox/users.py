"""User ids that one worker has, and no other: two for its server, and two for each run.

The second of two is what kills the processes of the first.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nomocks.grading.sandbox.confinement import MEMORY

FOLDER = MEMORY / "nomocks-users"  # where workers claim theirs
# Below 65536, which is all that a container without root has.
PAIRS = range(61000, 63000, 2)  # for a server, and for all runs of a worker
GROUPS = range(63000, 65048, 32)  # for a server, and for each run


@contextmanager
def claimed(folder: Path, firsts: range = GROUPS) -> Iterator[range]:
    """A block in which no other worker that claims them in ``folder`` has these ids.

    The kernel ends a claim with the process. Raises OSError when all are taken.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise OSError(f"{folder} belongs to somebody else: remove it")
    for first in firsts:
        claim = os.open(folder / str(first), os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield range(first, first + firsts.step)
            return
        except BlockingIOError:
            continue
        finally:
            os.close(claim)
    raise OSError(f"{len(firsts)} workers grade on this machine already: wait for one of them")
