"""Files outside the one folder that a run can write to; and what is written there is gone."""

import pytest

from tests.attacks.conftest import Attack

CELL = """\
def test_write():
    written = []
    for folder, below, _ in os.walk("/"):
        if folder.count("/") > 2:
            below.clear()
        if folder.startswith((os.getcwd(), "/box", "/tmp", "/dev/shm")):
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
    for place in ("/box/left-behind", "/dev/shm/left-behind"):
        assert not os.path.exists(place), place
        try:
            open(place, "w").close()
        except PermissionError:
            assert place.startswith("/dev")
"""


def test_nothing_else_can_be_written_to(attack: Attack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOMOCKS_TEST_TIMEOUT", "30")  # some machines have many folders
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: []")


def test_the_next_run_finds_nothing_of_it(attack: Attack) -> None:
    assert attack(LEFT).tests[0].reason == ""
    assert attack(LEFT).tests[0].reason == ""
