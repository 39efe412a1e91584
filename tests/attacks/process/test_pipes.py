"""Pipes made a megabyte long; pages of deleted files that are kept in them."""

from tests.attacks.conftest import Attack

CELL = """\
import ctypes, fcntl

def test_pipes():
    got = []
    read, write = os.pipe()
    for command in (fcntl.F_SETPIPE_SZ, fcntl.F_SETPIPE_SZ | 1 << 32):
        if ctypes.CDLL(None).syscall(72, write, ctypes.c_long(command), 1 << 20) >= 0:
            got.append(command)
    with open("/box/file", "w+b") as file:
        file.write(b"x" * 8192)
        file.flush()
        for name, move in (
            ("splice", lambda: os.splice(file.fileno(), write, 4096, offset_src=0)),
            ("sendfile", lambda: os.sendfile(write, file.fileno(), 0, 4096)),
        ):
            try:
                move()
                got.append(name)
            except OSError:
                pass
    raise RuntimeError(got)
"""
STILL_WORK = """\
import shutil

def test_copies():
    with open("/box/file", "wb") as file:
        file.write(b"x" * 8192)
    shutil.copyfile("/box/file", "/box/copy")
    raise RuntimeError(os.stat("/box/copy").st_size)
"""


def test_a_pipe_holds_what_it_holds(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: []")


def test_files_are_copied_in_another_way(attack: Attack) -> None:
    (test,) = attack(STILL_WORK).tests
    assert test.reason.startswith("RuntimeError: 8192")
