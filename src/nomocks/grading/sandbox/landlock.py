"""Files, ports and signals that a process gives up for good (landlock(7)).

Three calls of the kernel's by ctypes: the libraries for them on PyPI are first drafts.
"""

import ctypes
import os
import stat
import struct
from collections.abc import Iterable
from pathlib import Path

CREATE, ADD, RESTRICT = 444, 445, 446  # the same on each processor
VERSION, BENEATH, NO_NEW_PRIVILEGES = 1, 1, 38
EXECUTE, WRITE, READ, LIST = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE_FILES, MAKE_DEVICES = 1 << 5, 1 << 6 | 1 << 11
TRUNCATE, DEVICES = 1 << 14, 1 << 15
ALL = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
TO_READ = EXECUTE | READ | LIST
TO_OPEN = READ | WRITE | TRUNCATE
OF_FILES = EXECUTE | WRITE | READ | TRUNCATE | DEVICES  # the others are of folders
BIND, CONNECT = 1, 2  # TCP
ABSTRACT_SOCKETS, SIGNALS = 1, 2  # of whoever has not given up the same
WITH_NETWORK, WITH_SCOPES = 4, 6  # the first versions that know them

_libc = ctypes.CDLL(None, use_errno=True)


def version() -> int:
    """What the kernel can take away, as a number that grows with it; 0 where nothing."""
    return max(int(_libc.syscall(CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(VERSION))), 0)


def restrict(
    readable: Iterable[Path],
    writable: Iterable[Path] = (),
    devices: Iterable[Path] = (),
    listable: Iterable[Path] = (),
    removing: bool = False,
) -> None:
    """Leave this process, and all that it starts, these folders and files; nothing else.

    Programs may be run from what is readable alone. In what is writable, no device can be made, and
    a file can be removed only with ``removing``. No TCP port is left, and no other process to send
    a signal to, as far as the kernel knows how. What is not there is left out. Raises OSError.
    """
    known = version()
    of_files = ALL[min(known, 5)] if known else 0
    changing = of_files & ~EXECUTE & ~MAKE_DEVICES & ~DEVICES & ~(0 if removing else REMOVE_FILES)
    rules = struct.pack("QQQ", of_files, BIND | CONNECT, ABSTRACT_SOCKETS | SIGNALS)
    size = 24 if known >= WITH_SCOPES else 16 if known >= WITH_NETWORK else 8
    ruleset = _checked(
        _libc.syscall(CREATE, rules, ctypes.c_size_t(size), ctypes.c_uint32(0)), "create a ruleset"
    )
    try:
        for paths, rights in (
            (readable, TO_READ),
            (writable, changing),
            (devices, TO_OPEN),
            (listable, LIST),
        ):
            for path in paths:
                _allow(ruleset, path, rights & of_files)
        _checked(_libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0), "give up new privileges")
        _checked(_libc.syscall(RESTRICT, ruleset, ctypes.c_uint32(0)), "restrict itself")
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: Path, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= OF_FILES
        rule = struct.pack("=Qi", rights, place)
        done = _libc.syscall(ADD, ruleset, ctypes.c_int(BENEATH), rule, ctypes.c_uint32(0))
        _checked(done, f"allow {path}")
    finally:
        os.close(place)


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"Landlock can't {what}: {os.strerror(number)}")
    return int(result)
