"""Which server to use: the setting, else the engine that answers, else the wheel."""

import contextlib
import hashlib
import json
import logging
import os
import re
import threading
import time
from pathlib import Path

from nomocks.postgres import databases
from nomocks.postgres.embedded import embedded_source
from nomocks.postgres.engine import Engine, find_engine, wanted_image
from nomocks.postgres.errors import NoFreeConnectionError, PostgresError
from nomocks.postgres.external import external_server
from nomocks.postgres.folders import cache_folder, run_folder
from nomocks.postgres.lifetime import Running, Source, is_alive, share
from nomocks.postgres.server import Server

TRY_AGAIN = 600.0  # seconds after which `auto` tries again to get a container that it could not

log = logging.getLogger(__name__)
_lock = threading.RLock()
_shared: dict[Path, tuple[Running, Server]] = {}
_external: dict[str, Server] = {}


def get_server(choice: str | None = None) -> Server:
    """The server to test on, started if it does not run yet; this process uses it until it ends.

    `choice`: auto, container, embedded or a postgresql:// URL; None is $NOMOCKS_POSTGRES or auto.
    Raises PostgresError when there is no way to such a server.
    """
    wanted = choice or os.environ.get("NOMOCKS_POSTGRES") or "auto"
    with _lock:
        if wanted == "auto":
            return _auto()
        if wanted == "container":
            return _container(find_engine(), wanted_image())
        if wanted == "embedded":
            return _attach(embedded_source())
        if "://" in wanted:
            return _external.get(wanted) or _external.setdefault(wanted, external_server(wanted))
    raise PostgresError(
        f"NOMOCKS_POSTGRES is {wanted!r}, which names no server: set it to auto, container, "
        "embedded or a postgresql:// URL."
    )


def _auto() -> Server:
    try:
        engine = find_engine()
    except PostgresError:
        return _attach(embedded_source())
    image = wanted_image()
    memo = cache_folder() / "no-container.json"
    wanted = {"image": image, "engine": engine.socket}
    if _failed_lately(memo, wanted):
        return _attach(embedded_source())
    try:
        return _container(engine, image)
    except NoFreeConnectionError:
        raise
    except PostgresError as error:
        log.warning("%s Using the embedded PostgreSQL instead.", error)
        with contextlib.suppress(OSError):
            memo.write_text(json.dumps(wanted))
        return _attach(embedded_source())


def _container(engine: Engine, image: str) -> Server:
    key = hashlib.sha256(f"{image} {engine.socket}".encode()).hexdigest()[:8]
    run = run_folder(f"container-{re.sub(r'[^a-z0-9.]+', '-', image.lower())[-40:]}-{key}")

    def start() -> Running:
        # Here, because testcontainers takes up to a second and attaching needs none of it.
        from nomocks.postgres import container

        if not engine.has_image(image):
            container.pull(engine, image)
        return container.start(engine, image, run)

    return _attach(Source(run, start, sweep=lambda: engine.remove_containers(run)))


def _failed_lately(memo: Path, wanted: dict[str, str]) -> bool:
    try:
        recent = time.time() - memo.stat().st_mtime < TRY_AGAIN
        return recent and json.loads(memo.read_text()) == wanted
    except (OSError, ValueError):
        return False


def _attach(source: Source) -> Server:
    if source.run in _shared:
        running, server = _shared[source.run]
        if is_alive(running):
            return server
    running = share(source, check=lambda found: databases.remove_orphans(found.parsed_url()))
    server = Server(running.kind, running.version, running.source, running.parsed_url())
    _shared[source.run] = running, server
    return server


def _forget_lock() -> None:
    """A thread of the parent may have held the lock at the fork: it does not exist here."""
    global _lock
    _lock = threading.RLock()


os.register_at_fork(after_in_child=_forget_lock)
