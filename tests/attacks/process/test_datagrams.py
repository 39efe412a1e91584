"""Datagrams that nobody reads, ten for each socket: whoever sent them has closed its own."""

from tests.attacks.conftest import Attack

CELL = """\
import socket

def test_bomb():
    got = []
    for kind in range(16):
        for flags in (0, socket.SOCK_CLOEXEC):
            for make in (socket.socket, socket.socketpair):
                try:
                    make(socket.AF_UNIX, kind | flags)
                    got.append(kind)
                except OSError:
                    pass
    raise RuntimeError(got)
"""
PAIRS = """\
import ctypes

def test_pairs_of_other_families():
    libc, two, got = ctypes.CDLL(None), (ctypes.c_int * 2)(), []
    for family in range(64):
        for kind in (1, 2, 5):
            for high in (0, 1 << 32):
                if libc.syscall(53, ctypes.c_long(family | high), ctypes.c_long(kind), 0, two) == 0:
                    got.append((family, kind, high))
    raise RuntimeError(got)
"""


def test_there_are_streams_alone(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: [1, 1, 1, 1]")


def test_there_are_pairs_of_this_family_alone(attack: Attack) -> None:
    (test,) = attack(PAIRS).tests
    assert test.reason.startswith(("RuntimeError: [(1, 1, 0)]", "RuntimeError: []"))
