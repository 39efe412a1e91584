"""Sockets and pipes filled to the brim: memory of the kernel's, which is no process's own."""

from tests.attacks.conftest import Attack

CELL = """\
import fcntl, socket

def test_bomb():
    held, filled = [], 0
    try:
        while len(held) < 2000:
            pair = socket.socketpair()
            held.append(pair)
            for end in pair:
                end.setblocking(False)
                try:
                    while True:
                        filled += end.send(b"x" * 65536)
                except BlockingIOError:
                    pass
    except OSError as error:
        raise RuntimeError(f"{error.errno} {filled < 100 << 20}")
"""


def test_a_process_has_few_buffers_of_the_kernel(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: 24 True")
