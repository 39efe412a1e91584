"""The environment of one's own process, as Python, as libc, and as the kernel has it."""

from tests.attacks.conftest import Attack

CELL = """\
import ctypes

def test_environment():
    libc = ctypes.CDLL(None)
    environ = ctypes.POINTER(ctypes.c_char_p).in_dll(libc, "environ")
    names, place = [], 0
    while environ and environ[place]:
        names.append(environ[place].decode().partition("=")[0])
        place += 1
    known = {"HOME", "TMPDIR", "PATH", "LANG", "PYTEST_VERSION", "PYTEST_CURRENT_TEST", "PWD",
        "LC_CTYPE", "COLUMNS", "LINES"}
    raise RuntimeError(sorted({*names, *os.environ} - known))
"""


def test_it_holds_nothing_of_the_grader(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: []")
