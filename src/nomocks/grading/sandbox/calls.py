"""The system calls that a run may not make (seccomp(2), by libseccomp)."""

import errno
import socket

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
    "ioperm",
    "iopl",
    "kcmp",
    "kexec_file_load",
    "kexec_load",
    "keyctl",
    "landlock_create_ruleset",
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
    "semget",
    "setns",
    "settimeofday",
    "shmget",
    "swapoff",
    "swapon",
    "syslog",
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


def available() -> bool:
    """Whether there is a libseccomp to deny them by."""
    return pyseccomp is not None


def deny_calls() -> None:
    """Deny them for this process and all that it starts, for good. Raises OSError."""
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
        _deny(
            found, errno.EPERM, "ioctl", pyseccomp.Arg(1, pyseccomp.MASKED_EQ, 0xFFFFFFFF, request)
        )
    # PostgreSQL is reached by a socket in the file system, so nothing needs another kind.
    other = pyseccomp.Arg(0, pyseccomp.NE, int(socket.AF_UNIX))
    _deny(found, errno.EAFNOSUPPORT, "socket", other)
    found.load()


def _deny(found: "pyseccomp.SyscallFilter", number: int, name: str, *args: object) -> None:
    try:
        found.add_rule(pyseccomp.ERRNO(number), name, *args)
    except (OSError, ValueError):  # this processor, or this libseccomp, does not know the call
        if name in ("unshare", "mount", "ptrace", "socket", "clone"):
            raise
