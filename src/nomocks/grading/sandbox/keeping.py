"""Ends all that a user of its own has started, where no namespace of processes does so.

Whoever has a user id that nobody else has can be killed with all descendants in one call, whatever
they do about their session and their parents: a fork that a signal overtakes never happens.
"""

import contextlib
import ctypes
import os
import select
import signal

ADOPT_ORPHANS, END_WITH_PARENT = 36, 1  # prctl(2)

_libc = ctypes.CDLL(None)


def adopt_orphans() -> None:
    """Be the parent of all descendants that lose theirs."""
    _libc.prctl(ADOPT_ORPHANS, 1, 0, 0, 0)


def end_with_parent() -> None:
    """Be killed when the parent ends. To be called after a change of user, which undoes it."""
    _libc.prctl(END_WITH_PARENT, signal.SIGKILL, 0, 0, 0)


def keep(process: int, user: int, line: int) -> None:
    """Wait for a child's end, or for ``line`` to be closed at its other end; then kill all.

    The next user id after ``user`` must be nobody's, too.
    """
    ended = os.pidfd_open(process)
    select.select([line, ended], [], [])
    kill_all_of(user)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()


def kill_all_of(user: int) -> None:
    """Kill every process of a user, at once and for good.

    A signal goes to the processes of who sends it by its real or its effective id, so neither may
    be root's here: it would be the end of the machine. And it comes from those whose id is one's
    real or saved one, so neither may be the user's: they could kill first.
    """
    os.setresuid(user + 1, user, 0)
    real, effective, _ = os.getresuid()
    if 0 in (real, effective):
        raise OSError("a process that is root must not kill all that it may")
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)
    os.setresuid(0, 0, 0)
