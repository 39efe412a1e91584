"""Empty files without end: they take no space, but the tables that every file needs."""

from tests.attacks.conftest import Attack

CELL = """\
def test_bomb():
    made = 0
    try:
        while made < 20_000:
            os.mkdir(f"/box/{made}")
            made += 1
    except OSError as error:
        raise RuntimeError(f"{error.errno} {made < 3000}")
"""


def test_a_run_has_few_files(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: 28 True")
