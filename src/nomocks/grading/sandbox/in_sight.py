"""Keeps a run's files where they can be counted, for a file system that is not the run's alone.

A file that is open and has no name takes space that only its own process could tell of. So none
can be made without a name; and Landlock takes away the right to remove one.
"""

import errno
import os

import pyseccomp  # type: ignore[import-untyped]

NAMELESS = os.O_TMPFILE & ~os.O_DIRECTORY
ATTRIBUTES = ("setxattr", "lsetxattr", "fsetxattr", "setxattrat")


def deny_hidden_files() -> None:
    """Deny this process, and all that it starts, files without a name. Raises OSError."""
    found = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for call, place in (("open", 1), ("openat", 2)):
        flags = pyseccomp.Arg(place, pyseccomp.MASKED_EQ, NAMELESS, NAMELESS)
        found.add_rule(pyseccomp.ERRNO(errno.EOPNOTSUPP), call, flags)
    _deny(found, errno.ENOSYS, "openat2")  # its flags are in memory
    for call in ATTRIBUTES:
        _deny(found, errno.EOPNOTSUPP, call)
    found.load()


def _deny(found: "pyseccomp.SyscallFilter", number: int, name: str) -> None:
    try:
        found.add_rule(pyseccomp.ERRNO(number), name)
    except (OSError, ValueError):  # libseccomp is older than the call, and so is its list
        if name == "openat2":
            raise
