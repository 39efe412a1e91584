"""The environment, the command line, the memory and the mounts of processes, in ``/proc``."""

import os

from tests.attacks.conftest import Attack

CELL = f"""\
def test_proc():
    found = []
    for process in ("self", "thread-self", *range(1, 300), {os.getpid()}, {os.getppid()}):
        for name in ("environ", "cmdline", "mem", "maps", "mountinfo", "fd", "root", "status"):
            try:
                os.stat(f"/proc/{{process}}/{{name}}")
                found.append((process, name))
            except OSError:
                pass
    found += os.listdir("/proc")
    raise RuntimeError(found)
"""


def test_there_is_nothing_in_it(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: []")
