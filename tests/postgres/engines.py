"""Container engines for tests: the one of the machine, and one to be stopped in the middle."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import docker
from homes import wait_until

from nomocks.postgres import PostgresError
from nomocks.postgres.engine import find_engine

BRIDGE = "nomocks0"


def why_not(image: str = "postgres:18") -> str:
    """Why containers can't be tested here; empty if they can."""
    try:
        engine = find_engine()
        return "" if engine.has_image(image) else f"{image} is not in {engine.name}"
    except PostgresError as error:
        return str(error)


class Engine:
    """A dockerd of our own, which can be stopped without harm to anybody else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"unix://{folder}/docker.sock"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        # Without the kernel's packet filter: its rules belong to the machine's own engine.
        self.process = subprocess.Popen(
            [
                *("dockerd", "--host", self.url, "--pidfile", self.folder / "pid"),
                *("--data-root", self.folder / "data", "--exec-root", self.folder / "exec"),
                *("--bridge", BRIDGE, "--iptables=false", "--ip-masq=false"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "log").open("ab"),
            start_new_session=True,
        )
        wait_until(self._answers)

    def load(self, image: str) -> None:
        with contextlib.closing(docker.from_env()) as theirs, self.client() as ours:
            ours.images.load(theirs.images.get(image).save(named=True))

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(30)
            self.process = None

    def client(self) -> contextlib.closing[docker.DockerClient]:
        return contextlib.closing(docker.DockerClient(base_url=self.url))

    def _answers(self) -> bool:
        with contextlib.suppress(docker.errors.DockerException), self.client() as client:
            return bool(client.ping())
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
