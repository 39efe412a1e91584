"""A debugger on another process: to read its memory, or to speak with its voice."""

import os

from tests.attacks.conftest import Attack

CELL = f"""\
import ctypes

def test_trace():
    libc = ctypes.CDLL(None, use_errno=True)
    errors = set()
    word = ctypes.create_string_buffer(8)
    class Vector(ctypes.Structure):
        _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
    here = Vector(ctypes.addressof(word), 8)
    for process in (1, 2, os.getpid(), {os.getpid()}):
        for request in (0, 16, 0x4206):
            assert libc.ptrace(request, process, None, None) == -1
            errors.add(ctypes.get_errno())
        for call in (libc.process_vm_readv, libc.process_vm_writev):
            assert call(process, ctypes.byref(here), 1, ctypes.byref(here), 1, 0) == -1
            errors.add(ctypes.get_errno())
    raise RuntimeError(errors)
"""


def test_no_process_can_be_traced(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: {1}")  # EPERM
