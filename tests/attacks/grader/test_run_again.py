"""A test that fails where it is the only one, as a kill that is confirmed may be."""

from tests.attacks.conftest import Attack

CELL = """\
RAN = []

def test_alone():
    time.sleep(0.01)
    RAN.append(1)

""" + "\n".join(f"def test_{n}():\n    assert len(RAN) != {n}\n" for n in range(3))


def test_the_number_of_tests_before_tells_nothing(attack: Attack) -> None:
    attack(CELL)
