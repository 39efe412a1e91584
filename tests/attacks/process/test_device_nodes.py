"""Devices of its own making (the disk, the memory), and those that there are."""

from tests.attacks.conftest import Attack

CELL = """\
import stat

def test_devices():
    got = []
    for kind, major, minor in ((stat.S_IFBLK, 8, 0), (stat.S_IFCHR, 1, 1), (stat.S_IFBLK, 254, 0)):
        try:
            os.mknod("/box/device", kind | 0o600, os.makedev(major, minor))
            got.append((major, minor))
        except OSError:
            pass
    known = {"null", "zero", "full", "random", "urandom", "tty", "console", "ptmx", "pts", "shm",
        "fd", "stdin", "stdout", "stderr", "core"}
    got += sorted(set(os.listdir("/dev")) - known)
    raise RuntimeError(got)
"""


def test_there_are_the_harmless_devices_only(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: []")
