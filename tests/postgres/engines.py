"""Container engines for tests: the one of the machine, and one to be stopped in the middle."""

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from homes import Home, wait_until

from nomocks.postgres import PostgresError
from nomocks.postgres.engine import find_engine
from nomocks.postgres.warden import ask_engine

BRIDGE = "nomocks0"


def why_not(image: str = "postgres:18") -> str:
    """Why containers can't be tested here; empty if they can."""
    try:
        engine = find_engine()
        return "" if engine.has_image(image) else f"{image} is not in {engine.name}"
    except PostgresError as error:
        return str(error)


def containers(home: Home, socket: str | None = None) -> list[dict[str, Any]]:
    """What an engine says of the containers of a home, running or not."""
    socket = socket or find_engine().socket
    found = []
    for listed in json.loads(ask_engine(socket, "GET", "/containers/json?all=true")[1]):
        if listed["Labels"].get("nomocks", "").startswith(str(home.path)):
            status, body = ask_engine(socket, "GET", f"/containers/{listed['Id']}/json")
            found += [json.loads(body)] if status == 200 else []
    return found


def kill(container: dict[str, Any]) -> None:
    ask_engine(find_engine().socket, "POST", f"/containers/{container['Id']}/kill")


def image_that(tag: str, *lines: str) -> str:
    """A variant of postgres:18, built without a network."""
    subprocess.run(
        ["docker", "build", "--quiet", "--tag", tag, "-"],
        input="\n".join(["FROM postgres:18", *lines]),
        text=True,
        check=True,
        capture_output=True,
        env=os.environ | {"DOCKER_BUILDKIT": "0"},
    )
    return tag


class Engine:
    """A dockerd of our own, which can be stopped without harm to anybody else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = f"{folder}/docker.sock"
        self.url = f"unix://{self.socket}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        # Without the kernel's packet filter: its rules belong to the machine's own engine.
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *("dockerd", "--host", self.url, "--pidfile", self.folder / "pid"),
                    *("--data-root", self.folder / "data", "--exec-root", self.folder / "exec"),
                    *("--bridge", BRIDGE, "--iptables=false", "--ip-masq=false"),
                ],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(self._answers)

    def load(self, image: str) -> None:
        script = 'docker save "$1" | docker --host "$2" load'
        command = ["sh", "-c", script, "-", image, self.url]
        subprocess.run(command, check=True, capture_output=True)

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(30)
            self.process = None

    def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            return ask_engine(self.socket, "GET", "/_ping")[0] == 200
        return False


@contextlib.contextmanager
def own_engine() -> Iterator[Engine]:
    """An engine in a folder of its own, on a bridge of its own; both go at the end."""
    folder = Path(tempfile.mkdtemp(prefix="nm-engine-", dir="/var/tmp"))
    bridge = ["ip", "link", "add", BRIDGE, "type", "bridge"]
    subprocess.run(bridge, check=True)
    subprocess.run(["ip", "address", "add", "172.31.255.1/24", "dev", BRIDGE], check=True)
    engine = Engine(folder)
    try:
        engine.start()
        yield engine
    finally:
        engine.stop()
        subprocess.run(["ip", "link", "delete", BRIDGE], check=True)
        mounts = Path("/proc/mounts").read_text().splitlines()
        for place in [line.split()[1] for line in mounts if f" {folder}/" in line]:
            subprocess.run(["umount", "--lazy", place], check=False)
        shutil.rmtree(folder)


def can_run_own_engine() -> bool:
    return os.geteuid() == 0 and all(map(shutil.which, ("dockerd", "ip")))
