"""Files by their handles and by numbers of inodes, past all paths and mounts."""

from tests.attacks.conftest import Attack

CELL = """\
import ctypes

def test_handles():
    libc = ctypes.CDLL(None, use_errno=True)
    handle = (ctypes.c_uint32 * 34)(128)
    mount = ctypes.c_int()
    got = []
    if libc.name_to_handle_at(-100, b"/usr", ctypes.byref(handle), ctypes.byref(mount), 0) == 0:
        got.append("name")
    handle[0], handle[1], handle[2] = 8, 1, 2
    folder = os.open("/usr", os.O_RDONLY)
    if libc.open_by_handle_at(folder, ctypes.byref(handle), os.O_RDONLY) != -1:
        got.append("open")
    for path in ("/usr/../../../etc/shadow", "/box/../../etc/shadow", "/dev/fd/3/../etc/shadow"):
        if os.path.exists(path):
            got.append(path)
    raise RuntimeError(got)
"""


def test_there_is_no_way_past_the_walls(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: []")
