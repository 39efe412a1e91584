"""A memory in 65,000 pieces, in sixty processes: the kernel keeps a record of each piece."""

import pytest

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

CELL = """\
import ctypes

def test_bomb():
    libc, pieces = ctypes.CDLL(None), 0
    libc.mmap.restype = ctypes.c_void_p
    libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    start = libc.mmap(None, ctypes.c_size_t(70_000 * 8192), 1, 0x22, -1, ctypes.c_size_t(0))
    while pieces < 70_000 and libc.mprotect(start + pieces * 8192, 4096, 0) == 0:
        pieces += 1
    for _ in range(60):
        if os.fork() == 0:
            time.sleep(8)
            os._exit(0)
    for _ in range(80):
        time.sleep(0.1)
"""


def test_what_processes_have_is_counted_in_each(
    attack: Attack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOMOCKS_TEST_TIMEOUT", "20")  # it is not for its time that it is ended
    assert attack(CELL).state is State.CRASHED
