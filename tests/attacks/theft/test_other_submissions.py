"""The submissions of others: as files, in what a process before has left, in the feedback."""

from tests.attacks.conftest import Attack

FIRST = """\
MINE = "the-word-of-" + "the-first-student"

def test_leave():
    for place in ("/box/mine", "/dev/shm/mine", "/box/mine.py"):
        try:
            with open(place, "w") as file:
                file.write(MINE)
        except PermissionError:
            assert place.startswith("/dev")
"""
SECOND = """\
import gc

WORD = "the-word-of-" + "the-first-student"

def test_search():
    found = []
    for folder, folders, files in os.walk("/"):
        if folder in ("/usr", "/proc") or "/lib/python" in folder:
            folders.clear()
        found += [f"{folder}/{name}" for name in files if name in ("mine", "mine.py")]
    found += [one for one in gc.get_objects() if isinstance(one, dict) and WORD in
        [*filter(str.__instancecheck__, one.values())] and one is not globals()]
    raise RuntimeError(len(found))
"""


def test_nothing_of_the_one_before_is_left(attack: Attack) -> None:
    assert attack(FIRST).tests[0].reason == ""
    (test,) = attack(SECOND).tests
    assert test.reason.startswith("RuntimeError: 0")
