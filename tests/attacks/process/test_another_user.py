"""Another user's rights: by a call, by a program with the set-user-id bit."""

from tests.attacks.conftest import Attack

CELL = """\
import ctypes, stat, subprocess

def test_become():
    libc = ctypes.CDLL(None, use_errno=True)
    became = []
    for call in (os.setuid, os.setgid, os.seteuid, os.setegid):
        for user in (0, 65534, 61000):
            try:
                call(user)
                became.append(user)
            except OSError:
                pass
    try:
        os.setgroups([0])
        became.append("groups")
    except OSError:
        pass
    assert libc.prctl(39, 0, 0, 0, 0) == 1, "new privileges may be had"
    shell = "/box/sh"
    with open("/usr/bin/env", "rb") as read, open(shell, "wb") as write:
        write.write(read.read())
    os.chmod(shell, 0o6755)
    try:
        subprocess.run([shell, "true"])
        became.append("programs of its own")
    except OSError:
        pass
    for program in ("su", "mount", "passwd", "newgrp"):
        path = f"/usr/bin/{program}"
        if os.path.exists(path) and os.stat(path).st_mode & stat.S_ISUID:
            text = "import os; print(os.geteuid())"
            done = subprocess.run([path, "-c", "id -u"], capture_output=True, input=b"", timeout=1)
            if done.stdout.strip() == b"0":
                became.append(program)
    raise RuntimeError(became)
"""


def test_a_run_stays_who_it_is(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: []")
