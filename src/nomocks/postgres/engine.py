"""Whether a container engine answers, without importing anything of Docker's."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from nomocks.postgres.errors import PostgresError
from nomocks.postgres.warden import ask_engine, remove_containers

PING_LIMIT = 2.0  # seconds; an engine that is well answers in under a millisecond
DEFAULT_IMAGE = "postgres:18"
FORCE_EMBEDDED = "or set NOMOCKS_POSTGRES=embedded to do without"


@dataclass(frozen=True)
class Engine:
    """A Docker-compatible engine on this machine, by its socket."""

    socket: str

    @property
    def name(self) -> str:
        return "Podman" if "podman" in self.socket else "Docker"

    def has_image(self, image: str) -> bool:
        """Whether the image is there already. Raises PostgresError when the engine is gone."""
        try:
            status, _ = ask_engine(self.socket, "GET", f"/images/{quote(image)}/json")
        except OSError as error:
            raise gone(self, error) from None
        return status == 200

    def remove_containers(self, run: Path) -> None:
        """Remove what was started for a run folder. Raises PostgresError when it is gone."""
        try:
            remove_containers(self.socket, str(run))
        except OSError as error:
            raise gone(self, error) from None


def find_engine() -> Engine:
    """The first engine that answers. Raises PostgresError when none does."""
    setting = os.environ.get("DOCKER_HOST")
    if setting and not setting.startswith("unix://"):
        raise PostgresError(
            f"DOCKER_HOST is {setting}, an engine elsewhere, and a server for tests listens on "
            f"loopback alone: unset it to use an engine on this machine, {FORCE_EMBEDDED}."
        )
    tried = []
    for socket in [setting.removeprefix("unix://")] if setting else _usual_sockets():
        try:
            status, _ = ask_engine(socket, "GET", "/_ping", timeout=PING_LIMIT)
        except FileNotFoundError:
            tried.append(f"{socket}: not there")
        except OSError as error:
            tried.append(f"{socket}: {error.strerror or error}")
        else:
            if status == 200:
                return Engine(socket)
            tried.append(f"{socket}: status {status}")
    seen = [line for line in tried if not line.endswith("not there")] or tried[:1]
    advice = "start Docker or Podman"
    if any("Permission denied" in line for line in seen):
        advice = "add yourself to the group docker and log in again"
    raise PostgresError(
        f"No container engine answers ({'; '.join(seen)}): {advice}, {FORCE_EMBEDDED}."
    )


def gone(engine: Engine, error: Exception) -> PostgresError:
    """What to say when an engine that answered does not do so any more."""
    return PostgresError(
        f"{engine.name} at {engine.socket} has stopped answering ({error}): "
        f"start it again, {FORCE_EMBEDDED}."
    )


def wanted_image() -> str:
    """The image to run: the setting, or the default."""
    return os.environ.get("NOMOCKS_IMAGE") or DEFAULT_IMAGE


def _usual_sockets() -> list[str]:
    home, session = Path.home(), Path(os.environ.get("XDG_RUNTIME_DIR", f"/run/user/{os.getuid()}"))
    return [
        str(path)
        for path in (
            Path("/var/run/docker.sock"),
            session / "docker.sock",
            home / ".docker/run/docker.sock",
            home / ".colima/default/docker.sock",
            home / ".orbstack/run/docker.sock",
            home / ".rd/docker.sock",
            session / "podman/podman.sock",
            Path("/run/podman/podman.sock"),
        )
    ]
