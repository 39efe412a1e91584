"""Memory of the kernel's that lies in sockets: buffers made large, and many of them filled.

It is no process's own, and no limit of a process's counts it.
"""

import pytest

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

LARGE = """\
import socket

def test_enlarge():
    larger = []
    ends = socket.socketpair()
    for option in ("SO_SNDBUF", "SO_RCVBUF", "SO_PASSCRED"):
        try:
            ends[0].setsockopt(socket.SOL_SOCKET, getattr(socket, option), 1 << 30)
            larger.append(option)
        except OSError:
            pass
    raise RuntimeError(larger)
"""
MANY = """\
import array, socket

def filled():
    pairs, total = [], 0
    try:
        while total < 100 << 20:
            pairs.append(socket.socketpair())
            for end in pairs[-1]:
                end.setblocking(False)
                try:
                    while True:
                        total += end.send(b"x" * 65536)
                except BlockingIOError:
                    pass
    except OSError:
        return pairs

def test_fill():
    # A program of its own, and small: what processes have for themselves is to count for little.
    for _ in range(60):
        if os.fork() == 0:
            held = filled()
            time.sleep(8)
            os._exit(0)
    for _ in range(80):
        time.sleep(0.1)
"""
IN_FLIGHT = """\
import array, socket

def test_send():
    outer, sent = socket.socketpair(), 0
    outer[0].setblocking(False)
    try:
        while sent < 10_000:
            pair = socket.socketpair()
            for end in pair:
                end.setblocking(False)
                try:
                    while True:
                        end.send(b"x" * 65536)
                except BlockingIOError:
                    pass
            files = array.array("i", [end.fileno() for end in pair])
            outer[0].sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, files)])
            for end in pair:
                end.close()
            sent += 2
    except OSError as error:
        raise RuntimeError(f"{error.errno} {sent < 400}")
"""


def test_the_buffer_of_a_socket_has_the_size_that_it_has(attack: Attack) -> None:
    (test,) = attack(LARGE).tests
    assert test.reason.startswith("RuntimeError: []")


def test_many_full_buffers_count_as_memory(attack: Attack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOMOCKS_TEST_TIMEOUT", "20")  # it is not for its time that it is ended
    assert attack(MANY).state is State.CRASHED


def test_few_sockets_can_be_on_their_way(attack: Attack) -> None:
    (test,) = attack(IN_FLIGHT).tests
    assert test.reason.startswith("RuntimeError: 109 True")  # ETOOMANYREFS
