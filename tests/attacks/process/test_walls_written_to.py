"""Files outside the one folder that a run can write to; and what is written there is gone."""

from tests.attacks.conftest import Attack

CELL = """\
def test_write():
    written = []
    for folder, below, _ in os.walk("/"):
        if folder.count("/") > 3:
            below.clear()
        if folder.startswith(("/box", "/tmp", "/dev/shm")):
            continue
        try:
            open(f"{folder}/left-behind", "w").close()
            written.append(folder)
        except OSError:
            pass
    raise RuntimeError(written)
"""
LEFT = """\
def test_leave():
    for folder in ("/box", "/dev/shm"):
        assert not os.path.exists(f"{folder}/left-behind"), folder
        open(f"{folder}/left-behind", "w").close()
"""


def test_nothing_else_can_be_written_to(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: []")


def test_the_next_run_finds_nothing_of_it(attack: Attack) -> None:
    assert attack(LEFT).tests[0].reason == ""
    assert attack(LEFT).tests[0].reason == ""
