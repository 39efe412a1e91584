"""Requests to the process that runs are forked from: end another run, start one, by any socket."""

from tests.attacks.conftest import Attack

CELL = """\
import array, socket, stat, struct

def test_ask():
    for descriptor in range(256):
        try:
            if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                continue
            with socket.socket(fileno=os.dup(descriptor)) as wire:
                ours, theirs = socket.socketpair()
                wire.sendmsg([b"s"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
                    array.array("i", [theirs.fileno(), 1, 2]))])
                wire.sendall(b"e" + struct.pack("!i", 1))
        except OSError:
            pass
    time.sleep(0.5)
"""


def test_nobody_takes_orders_from_a_run(attack: Attack) -> None:
    assert attack(CELL).tests == ()
