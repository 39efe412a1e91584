"""The memory of one's own process, page by page: what did the one leave that it was forked from?

Where a page is not there, ``write`` says so and does not crash.
"""

from tests.attacks.conftest import Attack

FIRST = """\
SECRET = b"the-word-in-" + b"the-memory-of-another"
HELD = [bytes([*SECRET]) * 1000 for _ in range(100)]

def test_hold():
    assert HELD
"""
SECOND = """\
import ctypes

WORD = b"the-word-in-" + b"the-memory-of-another"

def test_read():
    libc = ctypes.CDLL(None, use_errno=True)
    read, write = os.pipe()
    found, seen = 0, 0
    around = {id(object()) >> 24 << 24, id(pytest) >> 24 << 24, id([0] * 10**6) >> 24 << 24,
        ctypes.addressof(ctypes.create_string_buffer(1 << 20)) >> 24 << 24}
    for start in around:
        for page in range(start - (1 << 24), start + (2 << 24), 4096):
            if libc.write(write, ctypes.c_void_p(page), ctypes.c_size_t(4096)) == 4096:
                seen += 1
                found += os.read(read, 4096).count(WORD) > 20
    assert seen > 1000
    raise RuntimeError(found)
"""


def test_it_never_held_anything_of_a_run(attack: Attack) -> None:
    assert attack(FIRST).tests[0].reason == ""
    (test,) = attack(SECOND).tests
    assert test.reason.startswith("RuntimeError: 0")
