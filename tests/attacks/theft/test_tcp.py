"""A connection to a server on this machine."""

import socket

import pytest

from tests.attacks.conftest import Attack

CELL = """\
import socket, urllib.request

def test_connect():
    got = []
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family) as tcp:
                tcp.settimeout(1)
                tcp.connect((host, PORT))
            got.append(host)
        except OSError:
            pass
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=1)
        got.append("http")
    except OSError:
        pass
    raise RuntimeError(got)
"""


def test_a_listener_on_this_machine_is_not_reached(attack: Attack) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        (test,) = attack(f"PORT = {listener.getsockname()[1]}\n{CELL}").tests
        assert test.reason.startswith("RuntimeError: []")
        with pytest.raises(BlockingIOError):
            listener.accept()
