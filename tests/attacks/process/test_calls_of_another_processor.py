"""Calls by the numbers of 32-bit or x32 programs, which a filter of calls may have forgotten."""

import platform

import pytest

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

pytestmark = pytest.mark.skipif(
    platform.machine() != "x86_64", reason="no other processor has these doors"
)
INT80 = """\
import ctypes, mmap

def test_door():
    # mov eax, 20 (getpid); int 0x80; ret
    code = b"\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\xc3"
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    place = ctypes.addressof(ctypes.c_char.from_buffer(page))
    raise RuntimeError(ctypes.CFUNCTYPE(ctypes.c_int)(place)())
"""
X32 = """\
import ctypes

def test_door():
    libc = ctypes.CDLL(None, use_errno=True)
    raise RuntimeError(libc.syscall(ctypes.c_long(0x40000000 + 39)))
"""


@pytest.mark.parametrize("cell", [INT80, X32], ids=["32 bits", "x32"])
def test_the_other_doors_are_shut(attack: Attack, cell: str) -> None:
    result = attack(cell)
    assert result.state is State.CRASHED or "RuntimeError: -1" in result.tests[0].reason
