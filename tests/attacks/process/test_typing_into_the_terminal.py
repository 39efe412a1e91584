"""Commands typed into the teacher's terminal (TIOCSTI), for the shell to run afterward."""

from tests.attacks.conftest import Attack

CELL = """\
import fcntl

def test_type():
    typed = []
    for path in ("/dev/tty", "/dev/console", "/dev/stdin", "/dev/pts/0", "/dev/tty1"):
        try:
            with open(path, "rb+", buffering=0) as terminal:
                for letter in b"id":
                    fcntl.ioctl(terminal, 0x5412, bytes([letter]))
            typed.append(path)
        except OSError:
            pass
    for descriptor in range(256):
        for request in (0x5412, 0x541C, 0x5412 | 1 << 32):
            try:
                fcntl.ioctl(descriptor, request & 0xFFFFFFFF, b"i")
                typed.append(descriptor)
            except (OSError, ValueError):
                pass
    raise RuntimeError(typed)
"""


def test_there_is_no_terminal_to_type_into(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: []")
