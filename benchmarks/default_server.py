"""A PostgreSQL as `initdb` leaves it, on disk: what durability costs a test suite."""

import contextlib
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import URL

from nomocks.postgres.binaries import find_binaries
from nomocks.postgres.connection import is_ready
from nomocks.postgres.folders import server_account
from nomocks.postgres.guard import mark_url

DISK = "/var/tmp"  # /tmp may be memory
START_LIMIT = 30.0  # seconds


@contextlib.contextmanager
def default_server() -> Iterator[str]:
    """A cluster with default settings, marked as a test server: its URL, with the password."""
    account = server_account()
    user = {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}
    binaries = find_binaries().root / "bin"
    folder = Path(tempfile.mkdtemp(prefix="nomocks-bench-", dir=DISK))
    password = folder / "password"
    password.write_text(secrets.token_hex(16))
    for path in (folder, password):
        if account:
            os.chown(path, account.uid, account.gid)
    data = folder / "data"
    initdb = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "scram-sha-256"]
    try:
        subprocess.run(
            [*initdb, f"--pwfile={password}"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
            **user,
        )
        url = URL.create(
            "postgresql+psycopg",
            username="postgres",
            password=password.read_text(),
            database="postgres",
            port=5432,
            query={"host": str(folder)},
        )
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-k", folder, "-h", ""],
            stderr=subprocess.DEVNULL,
            cwd="/",
            **user,
        )
        try:
            _wait(url)
            mark_url(url, force=True)
            yield url.render_as_string(hide_password=False)
        finally:
            server.terminate()
            server.wait(START_LIMIT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(url: URL) -> None:
    deadline = time.monotonic() + START_LIMIT
    while not is_ready(url):
        if time.monotonic() > deadline:
            raise TimeoutError("the server with default settings did not come up")
        time.sleep(0.02)
