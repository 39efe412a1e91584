"""A cluster made once per version and kept: `initdb` takes longer than all the rest together."""

import hashlib
import os
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from nomocks.postgres.binaries import Binaries
from nomocks.postgres.durability import initdb_options
from nomocks.postgres.errors import PostgresError
from nomocks.postgres.folders import Account, cache_folder, give
from nomocks.postgres.kept import building, one_line


@dataclass(frozen=True)
class Cluster:
    """A kept cluster: a folder with one archive, and the password of its superuser."""

    folder: Path

    @property
    def archive(self) -> Path:
        return self.folder / "cluster.tar"

    @property
    def is_complete(self) -> bool:
        """Whether it is there, and nothing that tidies up old files has been at it."""
        return self.archive.exists() and (self.folder / "password").exists()

    @property
    def password(self) -> str:
        return (self.folder / "password").read_text()


def kept_cluster(binaries: Binaries, account: Account | None, scratch: Path) -> Cluster:
    """The cluster of a version, made if there is none yet.

    It is made in `scratch`, in memory if it can be, because `initdb` writes a thousand files.
    """
    recipe = hashlib.sha256(" ".join(_options(binaries)).encode()).hexdigest()[:8]
    kept = Cluster(cache_folder() / f"cluster-{binaries.version}-{recipe}")
    if kept.is_complete:
        return kept
    with building() as folder:
        if not kept.is_complete:
            shutil.rmtree(kept.folder, ignore_errors=True)
            new = Cluster(folder / "new")
            new.folder.mkdir(mode=0o700)
            password = _initdb(binaries, account, scratch)
            (new.folder / "password").touch(mode=0o600)
            (new.folder / "password").write_text(password)
            _pack(scratch, new.archive)
            shutil.rmtree(scratch)
            new.folder.rename(kept.folder)
    return kept


def unpack(kept: Cluster, data: Path, binaries: Binaries, account: Account | None) -> None:
    """A data folder out of a kept cluster. Raises PostgresError if it is of another version."""
    data.mkdir(mode=0o700)
    give(data, account)
    with kept.archive.open("rb") as archive:
        done = _run(["tar", "-C", data, "-xf", "-"], account, stdin=archive)
    if done.returncode:
        raise PostgresError(
            f"The data folder {data} could not be written ({one_line(done.stderr)}): free space "
            "there, or set NOMOCKS_DATA to a folder on another disk. If it is no matter of space, "
            f"remove {kept.folder}, which it comes from."
        )
    found = (data / "PG_VERSION").read_text().strip()
    if found != str(binaries.major):
        raise PostgresError(
            f"The data folder kept in {kept.folder} is of PostgreSQL {found}, and the server is "
            f"{binaries.version}: remove that folder and try again."
        )


def _initdb(binaries: Binaries, account: Account | None, data: Path) -> str:
    """Make a cluster, and return the random password of its superuser."""
    password = secrets.token_hex(32)
    secret = data.with_name(f"{data.name}-password")
    data.mkdir(mode=0o700)
    secret.touch(mode=0o600)
    for path in (data, secret):
        give(path, account)
    secret.write_text(password)
    initdb = binaries.root / "bin" / "initdb"
    done = _run([initdb, *_options(binaries), f"--pwfile={secret}", data], account)
    secret.unlink()
    if done.returncode:
        raise PostgresError(
            f"PostgreSQL could not make its data folder {data} ({one_line(done.stderr)}): free "
            "space there, or set NOMOCKS_DATA to a folder on another disk."
        )
    return password


def _options(binaries: Binaries) -> list[str]:
    return [
        "--username=postgres",
        "--auth=scram-sha-256",
        "--no-instructions",
        "--set=dynamic_shared_memory_type=mmap",  # within the data folder, so removed with it
        *initdb_options(binaries.major),
    ]


def _pack(data: Path, archive: Path) -> None:
    """One file is unpacked in half the time that a thousand are copied in."""
    archive.touch(mode=0o600)
    done = _run(["tar", "-C", data, "-cf", archive, "."])
    if done.returncode:
        raise PostgresError(
            f"The archive {archive} could not be written ({one_line(done.stderr)}): free space "
            "there, or set NOMOCKS_HOME to a folder on another disk."
        )


def _run(
    command: Sequence[str | Path],
    account: Account | None = None,
    stdin: IO[bytes] | int = subprocess.DEVNULL,
) -> subprocess.CompletedProcess[str]:
    # macOS's tar would add files for extended attributes without the one setting.
    return subprocess.run(
        command,
        stdin=stdin,
        capture_output=True,
        text=True,
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", "COPYFILE_DISABLE": "1"},
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
