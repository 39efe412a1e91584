"""Datagrams, for which nobody has to listen."""

import socket

import pytest

from tests.attacks.conftest import Attack

CELL = """\
import socket

def test_send():
    sent = []
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as udp:
                udp.sendto(b"a secret", (host, PORT))
            sent.append(host)
        except OSError:
            pass
    raise RuntimeError(sent)
"""


def test_a_datagram_does_not_arrive(attack: Attack) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.setblocking(False)
        (test,) = attack(f"PORT = {listener.getsockname()[1]}\n{CELL}").tests
        assert test.reason.startswith("RuntimeError: []")
        with pytest.raises(BlockingIOError):
            listener.recv(100)
