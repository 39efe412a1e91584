"""Sockets without a place in the file system, which belong to a network and not to a folder."""

import secrets
import socket

import pytest

from tests.attacks.conftest import Attack

CELL = """\
import socket

def test_connect():
    reached = []
    for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET, socket.SOCK_DGRAM):
        try:
            with socket.socket(socket.AF_UNIX, kind) as one:
                one.settimeout(1)
                one.connect(NAME)
            reached.append(kind)
        except OSError:
            pass
    raise RuntimeError(reached)
"""


def test_a_listener_on_this_machine_is_not_reached(attack: Attack) -> None:
    name = f"\0nomocks-{secrets.token_hex(8)}"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(name)
        listener.listen()
        listener.setblocking(False)
        (test,) = attack(f"NAME = {name!r}\n{CELL}").tests
        assert test.reason.startswith("RuntimeError: []")
        with pytest.raises(BlockingIOError):
            listener.accept()
