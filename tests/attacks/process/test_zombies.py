"""Children that nobody waits for, and children of children that lost their parent."""

from tests.attacks.conftest import Attack

CELL = """\
def test_zombies():
    for number in range(30):
        if os.fork() == 0:
            if number % 2 and os.fork() == 0:
                time.sleep(0.1)
            os._exit(0)
    time.sleep(0.3)
"""


def test_zombies_go_with_their_run(attack: Attack) -> None:
    assert attack(CELL).tests[0].reason == ""
