"""Names to be resolved, each of which would carry a secret to whoever answers for it."""

from tests.attacks.conftest import Attack

CELL = """\
import socket, subprocess

def test_resolve():
    found = []
    for name in ("a-secret.invalid", "a-secret.test", "box.local"):
        try:
            found.append(socket.getaddrinfo(name, 53))
        except OSError:
            pass
    for program in ("getent", "resolvectl"):
        try:
            done = subprocess.run([program, "hosts", "a-secret.invalid"], capture_output=True,
                timeout=1)
            if done.returncode == 0:
                found.append(program)
        except OSError:
            pass
    raise RuntimeError(found + [p for p in ("/etc/resolv.conf", "/etc/hosts") if os.path.exists(p)])
"""


def test_there_is_nobody_to_ask(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: []")
