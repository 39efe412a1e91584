"""A terminal that the run makes itself, and types into: also by a request with high bits set."""

from tests.attacks.conftest import Attack

CELL = """\
import ctypes, pty

def test_type():
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        _, terminal = pty.openpty()
    except OSError:
        raise RuntimeError("refused")
    for request in (0x5412, 0x541C, 0x5412 | 1 << 32):
        if libc.ioctl(terminal, ctypes.c_ulong(request), ctypes.c_char_p(b"i")) == 0:
            raise RuntimeError("typed")
    raise RuntimeError("refused")
"""


def test_the_call_is_refused(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: refused")
