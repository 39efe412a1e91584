"""What the kernel tells: its log, its addresses, its devices, the names of machine and user."""

import getpass
import socket

from nomocks.grading.sandbox.tiers import chosen
from tests.attacks.conftest import Attack

CELL = """\
import ctypes, getpass, socket

def test_ask():
    libc = ctypes.CDLL(None, use_errno=True)
    found = [path for path in ("/dev/kmsg", "/dev/mem", "/dev/kvm", "/dev/fuse", "/sys/kernel",
        "/proc/kallsyms", "/dev/disk", "/dev/net/tun", "/dev/input", "/dev/vsock")
        if os.path.lexists(path)]
    text = ctypes.create_string_buffer(4096)
    if libc.klogctl(3, text, 4096) != -1:
        found.append("log")
    try:
        user = getpass.getuser()
    except Exception:
        user = ""
    raise RuntimeError((found, socket.gethostname(), user))
"""


def test_it_tells_nothing(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    named = "box" if chosen().name == "namespaces" else socket.gethostname()
    assert test.reason.startswith(f"RuntimeError: ([], {named!r}, '')")
    assert getpass.getuser() != ""
