"""Descriptors that were left open: files, folders, other runs' wires, the grader's own socket."""

from tests.attacks.conftest import Attack

CELL = """\
import stat

def test_descriptors():
    null, sockets, found = os.stat("/dev/null").st_rdev, [], []
    for descriptor in range(256):
        try:
            seen = os.fstat(descriptor)
        except OSError:
            continue
        if stat.S_ISSOCK(seen.st_mode):
            sockets.append(descriptor)
        elif not (stat.S_ISCHR(seen.st_mode) and seen.st_rdev == null):
            found.append((descriptor, oct(seen.st_mode)))
    raise RuntimeError((len(sockets), found))
"""


def test_there_is_one_wire_and_nothing_else(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: (1, [])")
