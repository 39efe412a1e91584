"""The system calls that a run may not make (seccomp(2), by libseccomp).

Some are a way out of the walls. Others would take memory of the kernel's, which counts as no
process's own: for what is left, `watch` allows each descriptor one buffer of a socket.
"""

import errno
import socket
from functools import cache

try:
    import pyseccomp  # type: ignore[import-untyped]
except (ImportError, RuntimeError):  # not on every system; or it has not found libseccomp
    pyseccomp = None

DENIED = (
    "acct",
    "add_key",
    "adjtimex",
    "bpf",
    "chroot",
    "clock_adjtime",
    "clock_settime",
    "delete_module",
    "fanotify_init",
    "finit_module",
    "fsconfig",
    "fsmount",
    "fsopen",
    "fspick",
    "init_module",
    "inotify_add_watch",
    "inotify_init",
    "inotify_init1",
    "ioperm",
    "iopl",
    "kcmp",
    "kexec_file_load",
    "kexec_load",
    "keyctl",
    "landlock_create_ruleset",
    "listen",
    "memfd_create",
    "memfd_secret",
    "migrate_pages",
    "modify_ldt",
    "mount",
    "mount_setattr",
    "move_mount",
    "move_pages",
    "mq_open",
    "msgget",
    "name_to_handle_at",
    "open_by_handle_at",
    "open_tree",
    "perf_event_open",
    "personality",
    "pidfd_getfd",
    "pivot_root",
    "process_madvise",
    "process_vm_readv",
    "process_vm_writev",
    "ptrace",
    "quotactl",
    "reboot",
    "request_key",
    "seccomp",
    "semget",
    "sendfile",
    "setns",
    "setsockopt",
    "settimeofday",
    "shmget",
    "splice",
    "swapoff",
    "swapon",
    "syslog",
    "tee",
    "umount2",
    "unshare",
    "userfaultfd",
    "vhangup",
    "vmsplice",
)
# A program falls back to older calls where these are not there.
UNKNOWN = ("clone3", "io_uring_enter", "io_uring_register", "io_uring_setup")
NEW_NAMESPACES = (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000)
TO_TERMINAL = (0x5412, 0x541C)  # TIOCSTI and TIOCLINUX: typing into one's terminal
NEW_FILTER = 22  # PR_SET_SECCOMP
LARGER_PIPE = 1031  # F_SETPIPE_SZ
# Locks of ranges of a file, of which a process may have any number. The older two are said to be
# taken and are not: SQLite cannot do without, and keeps the threads of one process apart itself.
LOCKS = ((6, 0), (7, 0), (37, errno.ENOLCK), (38, errno.ENOLCK))
KIND = 0xF  # the part of a socket's type that is no flag
NO_STREAMS = (socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET)


def available() -> bool:
    """Whether there is a libseccomp to deny them by."""
    return pyseccomp is not None


def deny_calls() -> None:
    """Deny them for this process and all that it starts, for good. Raises OSError."""
    prepared().load()


@cache
def prepared() -> "pyseccomp.SyscallFilter":
    """The rules. Making them takes longer than setting them, and a fork has what its parent made.

    Raises OSError.
    """
    if not available():
        raise OSError("there is no libseccomp")
    found = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in DENIED:
        _deny(found, errno.EPERM, name)
    for name in UNKNOWN:
        _deny(found, errno.ENOSYS, name)
    for flag in NEW_NAMESPACES:
        _deny(found, errno.EPERM, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, flag, flag))
    for request in TO_TERMINAL:
        _deny(found, errno.EPERM, "ioctl", _is(1, request))
    _deny(found, errno.EPERM, "prctl", _is(0, NEW_FILTER))
    _deny(found, errno.EPERM, "fcntl", _is(1, LARGER_PIPE))
    for request, answer in LOCKS:
        _deny(found, answer, "fcntl", _is(1, request))
    # PostgreSQL is reached by a stream in the file system, so nothing needs another kind. What is
    # sent to a datagram socket may be of any number of sockets that are closed, and none's buffer.
    other = pyseccomp.Arg(0, pyseccomp.NE, int(socket.AF_UNIX))
    for call in ("socket", "socketpair"):
        _deny(found, errno.EAFNOSUPPORT, call, other)
        for kind in NO_STREAMS:
            of_kind = pyseccomp.Arg(1, pyseccomp.MASKED_EQ, KIND, int(kind))
            _deny(found, errno.EPROTONOSUPPORT, call, of_kind)
    return found


def _is(argument: int, value: int) -> "pyseccomp.Arg":
    """That an argument has a value, of which the kernel takes 32 bits and the caller gives 64."""
    return pyseccomp.Arg(argument, pyseccomp.MASKED_EQ, 0xFFFFFFFF, value)


def _deny(found: "pyseccomp.SyscallFilter", number: int, name: str, *args: object) -> None:
    try:
        found.add_rule(pyseccomp.ERRNO(number), name, *args)
    except (OSError, ValueError):  # this processor, or this libseccomp, does not know the call
        if name in ("unshare", "mount", "ptrace", "socket", "listen", "setsockopt", "clone"):
            raise
