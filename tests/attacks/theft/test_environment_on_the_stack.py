"""The first stack of the process, where the kernel wrote its environment and its command line."""

from tests.attacks.conftest import SECRET, Attack

CELL = f"""\
import ctypes

def test_stack():
    libc = ctypes.CDLL(None, use_errno=True)
    libc.getauxval.restype = ctypes.c_ulong
    name = libc.getauxval(ctypes.c_ulong(31))  # AT_EXECFN, above all of the environment
    read, write = os.pipe()
    text = b""
    for page in range((name >> 12) - 64 << 12, (name >> 12) + 2 << 12, 4096):
        if libc.write(write, ctypes.c_void_p(page), ctypes.c_size_t(4096)) == 4096:
            text += os.read(read, 4096)
    assert b"python" in text
    raise RuntimeError([word for word in (b"{SECRET}", b"NOMOCKS_", b"HOME=/root", b"SSH_", b"PG")
        if word in text])
"""


def test_it_began_without_one(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: []")
