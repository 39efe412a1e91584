"""The installed MariaDB, run in a folder of its own for as long as this process lives."""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from nomocks.mariadb import keeper
from nomocks.mariadb.errors import MISSING, MariaDBError, NoMariaDB
from nomocks.postgres.folders import Account, data_folder, give, server_account
from nomocks.postgres.warden import is_postmaster

PLACES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin", "/usr/local/bin")
SMALL = "--innodb-log-file-size=8M"
SETTINGS = (  # nothing in it needs to survive
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    SMALL,
    "--innodb-lock-wait-timeout=5",
    "--skip-log-bin",
    "--skip-networking",
    "--skip-name-resolve",
    "--default-time-zone=+00:00",
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_general_ci",
)
START_LIMIT = 60.0  # seconds
POLL = 0.01  # seconds
LOCK = "lock"  # in a server's folder, held for as long as its keeper lives


@dataclass(frozen=True)
class Started:
    """A server of ours: how to reach it, and its keeper, which lives as long as it does."""

    url: URL
    keeper: subprocess.Popen[bytes]


def program(name: str) -> str:
    """The path of one of MariaDB's programs. Raises NoMariaDB if it is not installed."""
    found = shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", os.defpath), *PLACES)))
    if found is None:
        raise NoMariaDB(MISSING)
    return found


def start() -> Started:
    """Start one, empty. Raises NoMariaDB, or MariaDBError when it does not come up."""
    server, install = program("mariadbd"), program("mariadb-install-db")
    account = server_account()
    _sweep()
    home = data_folder() / f"mariadb-{secrets.token_hex(4)}"
    home.mkdir(mode=0o700)
    lock = _locked(home)
    give(home, account)
    data, password = home / "data", secrets.token_hex(16)
    first = home / "first.sql"
    first.touch(mode=0o600)
    first.write_text(f"ALTER USER root@localhost IDENTIFIED BY '{password}';\n")
    give(first, account)
    _install(install, data, account)
    listens = home / "socket"
    command = [
        server,
        "--no-defaults",
        f"--datadir={data}",
        f"--socket={listens}",
        f"--pid-file={home / 'pid'}",
        f"--tmpdir={home}",
        f"--init-file={first}",
        *SETTINGS,
    ]
    kept = _keep(command, home, account, lock)
    url = URL.create(
        "mariadb+pymysql",
        username="root",
        password=password,
        host="localhost",
        query={"unix_socket": str(listens), "charset": "utf8mb4"},
    )
    _wait_until_ready(url, kept, home / "log")
    return Started(url, kept)


def _locked(home: Path) -> int:
    """The lock of a folder, which is there from the first moment on which it can be seen."""
    unseen = home / f"{LOCK}.new"
    lock = os.open(unseen, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    unseen.rename(home / LOCK)
    return lock


def _sweep() -> None:
    """Remove what a keeper that was killed has left, and its server where that outlived it."""
    for left in data_folder().glob(f"mariadb-*/{LOCK}"):
        with contextlib.suppress(OSError, ValueError):
            lock = os.open(left, os.O_RDWR | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _kill(left.parent)
                shutil.rmtree(left.parent, ignore_errors=True)
            finally:
                os.close(lock)


def _kill(home: Path) -> None:
    with contextlib.suppress(OSError, ValueError):
        pid = int((home / "pid").read_text())
        if is_postmaster(pid, f"--datadir={home / 'data'}"):
            os.kill(pid, signal.SIGKILL)


def _install(install: str, data: Path, account: Account | None) -> None:
    done = subprocess.run(
        [
            install,
            "--no-defaults",
            f"--datadir={data}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--skip-name-resolve",
            SMALL,
            *([f"--user={account.name}"] if account else []),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
    )
    if done.returncode:
        said = " | ".join((done.stdout + done.stderr).split("\n")[-4:])
        shutil.rmtree(data.parent, ignore_errors=True)
        raise MariaDBError(
            f"MariaDB could not make its data folder {data} ({said.strip(' |')}): free space "
            "there, or set NOMOCKS_DATA to a folder on another disk."
        )


def _keep(
    command: list[str], home: Path, account: Account | None, lock: int
) -> "subprocess.Popen[bytes]":
    charge = {
        "command": command,
        "data": str(home),
        "uid": account.uid if account else None,
        "gid": account.gid if account else None,
    }
    with (home / "log").open("wb") as log, os.fdopen(lock):  # then it is the keeper's alone
        return subprocess.Popen(
            [sys.executable, "-I", "-S", keeper.__file__, json.dumps(charge)],
            stdin=subprocess.PIPE,  # nothing is ever written: it ends with this process
            stdout=log,
            stderr=log,
            pass_fds=[lock],
            start_new_session=True,
        )


def _wait_until_ready(url: URL, kept: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT
    while not _is_ready(url):
        if time.monotonic() > deadline or kept.poll() is not None:
            said = log.read_text(errors="replace")[-500:] if log.exists() else "(no log)"
            if kept.stdin:
                kept.stdin.close()  # and the keeper ends the server and removes the folder
            raise MariaDBError(
                f"MariaDB did not come up; the end of its log: {said.strip()}. Try again."
            )
        time.sleep(POLL)


def _is_ready(url: URL) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:  # PyMySQL leaves one open when nobody listens
        if probe.connect_ex(str(url.query["unix_socket"])):
            return False
    try:
        create_engine(url, poolclass=NullPool).connect().close()
    except DBAPIError:
        return False
    return True
