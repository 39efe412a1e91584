"""Other families of sockets: raw packets, the kernel's own messages, virtual machines, crypto."""

from tests.attacks.conftest import Attack

CELL = """\
import socket

def test_open():
    opened = []
    for family in range(50):
        if family == socket.AF_UNIX:
            continue
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
            for protocol in (0, 1, 15, 255):
                try:
                    socket.socket(family, kind, protocol).close()
                    opened.append((family, int(kind), protocol))
                except OSError:
                    pass
        try:
            for end in socket.socketpair(family, socket.SOCK_STREAM):
                end.close()
            opened.append(("pair", family))
        except OSError:
            pass
    raise RuntimeError(opened)
"""


def test_there_is_one_family(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: []")
