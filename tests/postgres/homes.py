"""A place of their own for the servers of a test: they never meet the machine's shared one."""

import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from nomocks.postgres.lifetime import has_warden
from nomocks.postgres.warden import LINGER

PATIENCE = 20.0  # seconds, on a machine that does other things too
USE = """
import sys
from nomocks.postgres import get_server
server = get_server({choice!r})
print(server.url.render_as_string(hide_password=False), flush=True)
sys.stdin.read()
"""
TRY = """
from nomocks.postgres import PostgresError, get_server
try:
    print(get_server({choice!r}))
except PostgresError as error:
    print("refused:", error)
"""


def wait_until(true: Callable[[], bool], limit: float = PATIENCE) -> None:
    """Poll; fail the test when it takes longer than `limit` seconds."""
    deadline = time.monotonic() + limit
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@dataclass
class Home:
    """A NOMOCKS_HOME, and processes that work in it."""

    path: Path
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("NOMOCKS_")}
        return inherited | {"NOMOCKS_HOME": str(self.path)} | self.settings

    def run(self, code: str, prefix: tuple[str, ...] = ()) -> str:
        """The output of a Python program that must end well."""
        command = [*prefix, sys.executable, "-c", code]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=100
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def try_server(self, choice: str | None = "embedded", prefix: tuple[str, ...] = ()) -> str:
        """What a process that asks for a server gets: its description, or the refusal."""
        return self.run(TRY.format(choice=choice), prefix)

    def start(self, code: str) -> subprocess.Popen[str]:
        """A Python program that reads its standard input until we end it."""
        return subprocess.Popen(
            [sys.executable, "-c", code],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def user(self, choice: str | None = "embedded") -> "User":
        """A process that uses a server until told to end; returns when it has the server."""
        user = User(self, choice)
        assert user.url
        return user

    def state(self) -> dict[str, str]:
        (found,) = self.path.glob("run/*/state.json")
        return dict(json.loads(found.read_text()))

    def postmaster(self) -> psutil.Process:
        return psutil.Process(
            int(Path(self.state()["data"], "postmaster.pid").read_text().split()[0])
        )

    def warden(self) -> psutil.Process:
        (lock,) = self.path.glob("run/*/warden.lock")
        return psutil.Process(int(lock.read_text()))

    def is_quiet(self) -> bool:
        """Whether no server and no warden is left."""
        return not any(self.path.glob("run/*/state.json")) and not any(
            has_warden(run) for run in self.path.glob("run/*")
        )

    def close(self) -> None:
        """Wait until its last server has ended, and remove it."""
        wait_until(self.is_quiet, LINGER + PATIENCE)
        shutil.rmtree(self.path)


class User:
    """A process that uses a server."""

    def __init__(self, home: Home, choice: str | None) -> None:
        self.process = home.start(USE.format(choice=choice))

    @functools.cached_property
    def url(self) -> str:
        """The server's URL, once the process has it."""
        assert self.process.stdout
        line = self.process.stdout.readline().strip()
        assert line, "the process got no server"
        return line

    def end(self) -> None:
        self.process.communicate()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def new_home(**settings: str) -> Home:
    """An empty home with a path that is short enough for sockets."""
    folder = Path(tempfile.mkdtemp(prefix="nm-", dir="/tmp"))
    folder.chmod(0o711)
    return Home(folder, settings)
