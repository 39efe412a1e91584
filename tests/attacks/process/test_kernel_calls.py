"""Calls where the kernel had its holes: io_uring, bpf, keyctl, userfaultfd, perf, modules."""

from tests.attacks.conftest import Attack

# The numbers on x86-64; those from 424 on are the same everywhere.
CELL = """\
import ctypes

CALLS = {"io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "bpf": 321,
    "add_key": 248, "request_key": 249, "keyctl": 250, "userfaultfd": 323, "perf_event_open": 298,
    "init_module": 175, "finit_module": 313, "kexec_load": 246, "reboot": 169, "swapon": 167,
    "open_by_handle_at": 304, "name_to_handle_at": 303, "acct": 163, "quotactl": 179,
    "fsopen": 430, "fsmount": 432, "move_mount": 429, "open_tree": 428, "mount_setattr": 442,
    "pidfd_getfd": 438, "kcmp": 312, "process_madvise": 440, "memfd_secret": 447, "syslog": 103,
    "settimeofday": 164, "clock_settime": 227, "personality": 135, "modify_ldt": 154}

def test_call():
    libc = ctypes.CDLL(None, use_errno=True)
    block = ctypes.create_string_buffer(256)
    done = []
    for name, number in CALLS.items():
        arguments = [ctypes.c_long(number), ctypes.c_long(1), block, ctypes.c_long(0),
            ctypes.c_long(0), ctypes.c_long(0)]
        if libc.syscall(*arguments) != -1 or ctypes.get_errno() not in (1, 38):
            done.append(name)
    raise RuntimeError(done)
"""


def test_they_are_refused_before_the_kernel_looks_at_them(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: []")
