"""A grandchild in a session of its own, which is to go on when its run is over."""

from tests.attacks.conftest import Attack

CELL = """\
def test_daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.setsid()
            os.closerange(0, 256)
            until = time.monotonic() + 60
            while time.monotonic() < until:
                time.sleep(0.01)
        os._exit(0)
    os.wait()
"""


def test_a_daemon_ends_with_its_run(attack: Attack) -> None:
    result = attack(CELL)
    assert [test.reason for test in result.tests] == [""]
