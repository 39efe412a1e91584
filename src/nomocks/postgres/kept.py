"""Things that are made once and kept in the cache, by whichever process comes first."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from nomocks.postgres.folders import cache_folder
from nomocks.postgres.lifetime import exclusive


@contextlib.contextmanager
def building() -> Iterator[Path]:
    """A folder in the cache to make things in, alone. Rename what is finished out of it."""
    with exclusive(cache_folder()):
        for left in cache_folder().glob("building-*"):  # by builders that were killed
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=cache_folder(), prefix="building-") as folder:
            yield Path(folder)


def one_line(output: str) -> str:
    """What a program said, with bars for line ends."""
    return " | ".join(line.strip() for line in output.splitlines() if line.strip()) or "(nothing)"
