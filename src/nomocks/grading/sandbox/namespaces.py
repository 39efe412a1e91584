"""What Linux has to shut a process in: namespaces, mounts, capabilities (unshare(2), mount(2)).

Calls of libc by ctypes, because Python's standard library has none of them before 3.12.
"""

import ctypes
import os
import struct
from pathlib import Path

NEW_USER, NEW_MOUNTS, NEW_IPC, NEW_PROCESSES = 0x10000000, 0x20000, 0x8000000, 0x20000000
# A network without any interface: sockets in it that have a name and no place are one run's alone.
# The walls share theirs with all runs, and a namespace for each costs half a millisecond.
NEW_NET = 0x40000000
READ_ONLY, NO_SETUID, NO_DEVICES, NO_PROGRAMS = 1, 2, 4, 8
RECURSIVE, PRIVATE = 0x4000, 1 << 18
CLEAN = NO_SETUID | NO_DEVICES | NO_PROGRAMS
DROP_FROM_BOUNDING_SET, AMBIENT, CLEAR_ALL = 24, 47, 4  # prctl(2)
DUMPABLE = 4
CAPABILITIES_VERSION_3 = 0x20080522
INSIDE = 1000  # the user and the group that a run sees itself as

_libc = ctypes.CDLL(None, use_errno=True)


def become(user: int) -> None:
    """Drop from root to another user and group, for good. Raises OSError."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    _check(_libc.prctl(DUMPABLE, 1, 0, 0, 0), "prctl")  # else /proc/self stays root's


def unshare_user() -> None:
    """Go into namespaces of one's own; the processes that one forks from then on get theirs.

    Raises OSError where the kernel does not let an unprivileged user do so.
    """
    user, group = os.getuid(), os.getgid()
    _check(_libc.unshare(NEW_USER | NEW_MOUNTS | NEW_IPC | NEW_PROCESSES | NEW_NET), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{INSIDE} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{INSIDE} {group} 1")


def keep_mounts_to_oneself() -> None:
    """Mount from now on where nobody else sees it."""
    _mount(None, "/", None, RECURSIVE | PRIVATE, None)


def mount_memory(place: str, options: str, flags: int = CLEAN) -> None:
    """Mount an empty tmpfs of its own (its options are those of tmpfs(5)). Raises OSError."""
    _mount("tmpfs", place, "tmpfs", flags, options)


def drop_capabilities() -> None:
    """Give up what a user may do in namespaces of her own, for good."""
    for number in range(64):
        if _libc.prctl(DROP_FROM_BOUNDING_SET, number, 0, 0, 0):
            break  # the kernel knows no more of them
    _libc.prctl(AMBIENT, CLEAR_ALL, 0, 0, 0)
    header = struct.pack("Ii", CAPABILITIES_VERSION_3, 0)
    _check(_libc.capset(header, struct.pack("6I", *[0] * 6)), "capset")


def _mount(source: str | None, place: str, kind: str | None, flags: int, data: str | None) -> None:
    texts = [text.encode() if text is not None else None for text in (source, place, kind, data)]
    result = _libc.mount(*texts[:3], ctypes.c_ulong(flags), texts[3])
    _check(result, f"mount {place}")


def _check(result: int, what: str) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
