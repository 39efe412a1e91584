"""What the kernel keeps for a process in any number: timers, locks, watched files, filters."""

import pytest

from tests.attacks.conftest import Attack

TIMERS = """\
import ctypes

def test_bomb():
    libc, made, timer = ctypes.CDLL(None), 0, ctypes.c_void_p()
    while made < 100_000 and libc.timer_create(1, None, ctypes.byref(timer)) == 0:
        made += 1
    raise RuntimeError(made < 1000)
"""
SIGNALS = """\
import ctypes, signal, threading

def test_bomb():
    libc, sent, here = ctypes.CDLL(None), 0, ctypes.c_ulong(threading.get_ident())
    signal.pthread_sigmask(signal.SIG_BLOCK, {40})
    while sent < 100_000 and libc.pthread_sigqueue(here, 40, None) == 0:
        sent += 1
    raise RuntimeError(sent < 1000)
"""
LOCKS = """\
import fcntl, os, struct

ALL = struct.pack("hhqqi", fcntl.F_WRLCK, 0, 0, 0, 0)

def test_bomb():
    held = 0
    with open("/box/file", "w") as file:
        for request in (6, 7, 37, 38):
            try:
                fcntl.fcntl(file, request, ALL)
            except OSError:
                continue
            if child := os.fork():
                held += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            else:
                seen = fcntl.fcntl(file, 5, ALL)  # F_GETLK: who holds a lock on it?
                os._exit(struct.unpack("hhqqi", seen)[0] != fcntl.F_UNLCK)
    raise RuntimeError(held == 0)
"""
WATCHED = """\
import ctypes

def test_bomb():
    libc = ctypes.CDLL(None)
    raise RuntimeError((libc.inotify_init(), libc.inotify_init1(0)) == (-1, -1))
"""
FILTERS = """\
import ctypes

class Filter(ctypes.Structure):
    _fields_ = [("size", ctypes.c_ushort), ("code", ctypes.c_void_p)]

def test_bomb():
    libc, code = ctypes.CDLL(None), (ctypes.c_uint64 * 4000)()
    for place in range(4000):
        code[place] = 0x7FFF0000_00000006  # allow
    filters = Filter(4000, ctypes.addressof(code))
    # prctl(PR_SET_SECCOMP), and the same with bits that the kernel does not look at
    done = [libc.syscall(157, ctypes.c_long(number), 2, ctypes.byref(filters), 0, 0)
            for number in (22, 22 | 1 << 32)]
    done.append(libc.syscall(317, 1, 0, ctypes.byref(filters)))
    raise RuntimeError(done == [-1, -1, -1])
"""


@pytest.mark.parametrize(
    "cell",
    [TIMERS, SIGNALS, LOCKS, WATCHED, FILTERS],
    ids=["timers", "signals", "locks", "watched files", "filters"],
)
def test_there_are_few_or_none(attack: Attack, cell: str) -> None:
    (test,) = attack(cell).tests
    assert test.reason.startswith("RuntimeError: True")
