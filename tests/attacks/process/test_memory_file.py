"""A file that lies in memory only (memfd), past all limits of the disk; SysV shared memory."""

from tests.attacks.conftest import Attack

CELL = """\
import ctypes

def test_files():
    errors = []
    try:
        os.memfd_create("held")
    except OSError as error:
        errors.append(error.errno)
    libc = ctypes.CDLL(None, use_errno=True)
    for size in (1 << 20, 1 << 30):
        assert libc.shmget(0, ctypes.c_size_t(size), 0o1600) == -1
        errors.append(ctypes.get_errno())
    raise RuntimeError(errors)
"""


def test_there_are_no_files_in_memory(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: [1, 1, 1]")  # EPERM
