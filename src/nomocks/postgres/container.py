"""PostgreSQL from an image, run by testcontainers.

Testcontainers' own reaper would end a shared server with the process that happened to start it,
so it is off, and our warden removes the container: it bears the run folder as a label.
"""

import contextlib
import logging
import secrets
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import docker
from docker.errors import APIError, DockerException, NotFound
from sqlalchemy import URL
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.config import testcontainers_config

from nomocks.postgres.connection import is_ready, server_version
from nomocks.postgres.durability import NOT_DURABLE, initdb_options
from nomocks.postgres.engine import FORCE_EMBEDDED, Engine, gone
from nomocks.postgres.errors import PostgresError
from nomocks.postgres.lifetime import Running, watch
from nomocks.postgres.warden import Charge

START_LIMIT = 60.0  # seconds
POLL = 0.02  # seconds
LOOK_LIMIT = 0.25  # seconds between looks at whether the container still runs
LINES = 3  # of a dead container's log
PORT = "5432/tcp"

log = logging.getLogger(__name__)


class _Postgres(PostgresContainer):
    def _connect(self) -> None:
        """Nothing: the base class would wait for 120 s on a container that has died."""


def start(engine: Engine, image: str, run: Path) -> Running:
    """Start a container and wait until its server answers. Raises PostgresError, leaves none."""
    try:
        with contextlib.closing(_client(engine)) as client:
            facts = client.images.get(image).attrs["Config"]
        watch(Charge(str(run), engine=engine.socket))
        url = _start(engine, image, run, facts)
    except NotFound:
        raise PostgresError(
            f"The image {image} is gone from {engine.name}: try again to pull it, {FORCE_EMBEDDED}."
        ) from None
    except APIError as error:
        raise PostgresError(
            f"{engine.name} refuses to run {image} ({_reason(error)}): correct that, or choose "
            f"another image with NOMOCKS_IMAGE, {FORCE_EMBEDDED}."
        ) from None
    except (DockerException, OSError) as error:
        raise gone(engine, error) from None
    return Running(
        kind="container",
        source=f"{image} in {engine.name}",
        version=server_version(url),
        url=url.render_as_string(hide_password=False),
        engine=engine.socket,
    )


def pull(engine: Engine, image: str) -> None:
    """Fetch an image. Raises PostgresError when it can't be had."""
    log.warning("Pulling %s, once.", image)
    try:
        with contextlib.closing(_client(engine)) as client:
            client.images.pull(*_name_and_tag(image))
    except (DockerException, OSError) as error:
        reason = _reason(error)
        raise PostgresError(
            f"The image {image} is not in {engine.name} and can't be pulled ({reason}): check its "
            f"name in NOMOCKS_IMAGE and the network, {FORCE_EMBEDDED}."
        ) from None


def _start(engine: Engine, image: str, run: Path, facts: dict[str, Any]) -> URL:
    environment = dict(line.partition("=")[::2] for line in facts.get("Env") or [])
    major = int(environment.get("PG_MAJOR") or 0)
    password = secrets.token_hex(32)
    with _without_reaper():
        container = _Postgres(
            image,
            username="postgres",
            password=password,
            dbname="postgres",
            driver="psycopg",
            command=["postgres", *(f"--{name}={value}" for name, value in NOT_DURABLE.items())],
            docker_client_kw={"environment": {"DOCKER_HOST": f"unix://{engine.socket}"}},
            labels={"nomocks": str(run)},
            shm_size="256m",
        )
        container.with_env("POSTGRES_INITDB_ARGS", " ".join(initdb_options(major)))
        # The engine's own default is to publish on every address of the machine.
        container.ports = cast(Any, {PORT: ("127.0.0.1",)})
        for volume in facts.get("Volumes") or {}:
            container.with_tmpfs_mount(volume, "rw")
        container.start()
    with contextlib.closing(container.get_docker_client().client):
        return _wait_until_ready(container, image, password)


def _wait_until_ready(container: PostgresContainer, image: str, password: str) -> URL:
    wrapped = container.get_wrapped_container()
    deadline, next_look = time.monotonic() + START_LIMIT, 0.0
    while time.monotonic() < deadline:
        if time.monotonic() > next_look:
            wrapped.reload()
            next_look = time.monotonic() + LOOK_LIMIT
            if wrapped.status in ("exited", "dead"):
                break
        host, port = _address(wrapped.attrs["NetworkSettings"])
        url = URL.create("postgresql+psycopg", "postgres", password, host, port, "postgres")
        if is_ready(url):
            return url
        time.sleep(POLL)
    lines = wrapped.logs(tail=LINES).decode(errors="replace").split("\n")
    said = " | ".join(line.strip() for line in lines if line.strip()) or "(nothing)"
    raise PostgresError(
        f"The container of {image} did not come up (it is {wrapped.status}); its last lines: "
        f"{said}. Choose another image with NOMOCKS_IMAGE, {FORCE_EMBEDDED}."
    )


def _address(network: dict[str, Any]) -> tuple[str, int]:
    """Loopback; or the container's own, if we are in one too and loopback is not the engine's."""
    published = (network.get("Ports") or {}).get(PORT) or [{"HostPort": 0}]
    port = int(published[0]["HostPort"])
    with socket.socket() as probe:
        if not in_container() or probe.connect_ex(("127.0.0.1", port)) == 0:
            return "127.0.0.1", port
    joined = [one["IPAddress"] for one in (network.get("Networks") or {}).values()]
    return next((address, 5432) for address in [*joined, "127.0.0.1"] if address)


def in_container() -> bool:
    """Whether this process runs in a container, by the files that engines leave there."""
    return Path("/.dockerenv").exists() or Path("/run/.containerenv").exists()


@contextlib.contextmanager
def _without_reaper() -> Iterator[None]:
    before = testcontainers_config.ryuk_disabled
    testcontainers_config.ryuk_disabled = True
    try:
        yield
    finally:
        testcontainers_config.ryuk_disabled = before


def _client(engine: Engine) -> docker.DockerClient:
    return docker.DockerClient(base_url=f"unix://{engine.socket}")


def _name_and_tag(image: str) -> tuple[str, str | None]:
    name, colon, tag = image.rpartition(":")
    if "@" in image:
        return image, None
    return (name, tag) if colon and "/" not in tag else (image, "latest")


def _reason(error: Exception) -> str:
    return " ".join(str(getattr(error, "explanation", None) or error).split()).rstrip(".")
