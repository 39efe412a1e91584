"""Connections that nobody accepts: each keeps what was sent, and its sender has closed it."""

from tests.attacks.conftest import Attack

CELL = """\
import socket

def test_bomb():
    sent = 0
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("/box/socket")
        try:
            listener.listen(1 << 20)
            while sent < 200 << 20:
                with socket.socket(socket.AF_UNIX) as one:
                    one.setblocking(False)
                    one.connect("/box/socket")
                    try:
                        while True:
                            sent += one.send(b"x" * 65536)
                    except BlockingIOError:
                        pass
        except OSError as error:
            raise RuntimeError(f"{error.errno} {sent}")
"""


def test_a_run_waits_for_no_connections(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: 1 0")  # EPERM
