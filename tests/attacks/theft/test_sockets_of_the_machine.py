"""Sockets in the file system: Docker's, which gives the machine away, D-Bus, agents of keys."""

import socket
from pathlib import Path

import pytest

from nomocks.grading.sandbox.tiers import chosen
from tests.attacks.conftest import Attack

CELL = """\
import socket, stat

def test_connect():
    reached = []
    for path in (PATH, "/var/run/docker.sock", "/run/docker.sock", "/run/dbus/system_bus_socket",
            "/tmp/.X11-unix/X0", "/run/systemd/private", "/run/containerd/containerd.sock"):
        try:
            with socket.socket(socket.AF_UNIX) as one:
                one.connect(path)
            reached.append(path)
        except OSError:
            pass
    for folder, folders, files in os.walk("/"):
        if folder in ("/usr", "/proc") or "/lib/python" in folder:
            folders.clear()
        for name in files:
            path = os.path.join(folder, name)
            if stat.S_ISSOCK(os.lstat(path).st_mode) and not path.startswith("/pg/"):
                reached.append(path)
    raise RuntimeError((reached, os.listdir("/pg")))
"""


def test_only_the_socket_of_its_server_is_there(attack: Attack, tmp_path: Path) -> None:
    path = tmp_path / "docker.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        listener.setblocking(False)
        (test,) = attack(f"PATH = {str(path)!r}\n{CELL}").tests
        listed = [".s.PGSQL.5432"] if chosen().name == "namespaces" else []
        assert test.reason.startswith(f"RuntimeError: ([], {listed})")
        with pytest.raises(BlockingIOError):
            listener.accept()
