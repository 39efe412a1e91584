"""Memory and queues that processes share by name, across runs: SysV, POSIX, files in memory."""

from tests.attacks.conftest import Attack

CELL = """\
import ctypes
from multiprocessing import shared_memory

def test_share():
    libc = ctypes.CDLL(None, use_errno=True)
    found = []
    for name, call in {
        "shmget": lambda: libc.shmget(4242, ctypes.c_size_t(4096), 0o1666),
        "semget": lambda: libc.semget(4242, 1, 0o1666),
        "msgget": lambda: libc.msgget(4242, 0o1666),
        "mq_open": lambda: libc.syscall(ctypes.c_long(240), b"left", 0o102, 0o666, None),
    }.items():
        if call() != -1:
            found.append(name)
    try:
        shared_memory.SharedMemory("left", create=False)
        found.append("shared_memory")
    except FileNotFoundError:
        try:
            shared_memory.SharedMemory("left", create=True, size=4096)
        except PermissionError:  # there is no place for any
            pass
    raise RuntimeError(found)
"""


def test_the_next_run_finds_none_of_it(attack: Attack) -> None:
    for _ in range(2):
        (test,) = attack(CELL).tests
        assert test.reason.startswith("RuntimeError: []")
