"""All descriptors taken and kept, so that whatever opens something fails."""

from tests.attacks.conftest import Attack

CELL = """\
def test_bomb():
    taken = 0
    try:
        while taken < 100_000:
            os.dup(1)
            taken += 1
    except OSError as error:
        raise RuntimeError(f"{error.errno} {taken < 256}")
"""


def test_a_run_has_few_descriptors(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: 24 True")  # EMFILE
