"""Namespaces of its own, where a run would be root: to mount, to have a network, to see more."""

from tests.attacks.conftest import Attack

CELL = """\
import ctypes, platform

CLONE3 = 435
FLAGS = (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000, 0x80)

def test_escape():
    libc = ctypes.CDLL(None, use_errno=True)
    got = []
    for flag in FLAGS:
        if libc.unshare(flag) == 0:
            got.append(("unshare", hex(flag)))
        if flag != 0x80:
            new = ctypes.c_ulong(flag | 17)
            child = libc.syscall(ctypes.c_long(56), new, None, None, None, None)
            if child == 0:
                os._exit(0)
            if child > 0:
                got.append(("clone", hex(flag)))
        arguments = (ctypes.c_uint64 * 8)(flag, 0, 0, 0, 17, 0, 0, 0)
        child = libc.syscall(ctypes.c_long(CLONE3), ctypes.byref(arguments), ctypes.c_size_t(64))
        if child == 0:
            os._exit(0)
        if child > 0:
            got.append(("clone3", hex(flag)))
    tries = {
        "mount": lambda: libc.mount(b"none", b"/box", b"tmpfs", 0, None),
        "bind": lambda: libc.mount(b"/usr", b"/box", None, 4096, None),
        "writable": lambda: libc.mount(None, b"/usr", None, 32 | 4096, None),
        "umount": lambda: libc.umount2(b"/proc", 2),
        "pivot_root": lambda: libc.pivot_root(b"/box", b"/box"),
        "chroot": lambda: libc.chroot(b"/box"),
        "sethostname": lambda: libc.sethostname(b"x", 1),
        "setns": lambda: libc.setns(0, 0),
    }
    got += [name for name, call in tries.items() if call() == 0]
    raise RuntimeError(got)
"""


def test_a_run_has_no_namespaces_but_those_it_was_given(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: []")
