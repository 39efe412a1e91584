"""A count of the runs so far in files: on correct variants first, on bugs later."""

from tests.attacks.conftest import Attack

CELL = """\
PLACES = ["/box/count", "/dev/shm/count", "/var/tmp/count", "/pg/count", "/count"]

def count():
    found = 0
    for place in PLACES:
        try:
            with open(place, "a+") as file:
                file.seek(0)
                found = max(found, len(file.read()))
                file.write(".")
        except OSError:
            pass
    return found

COUNT = count()

def test_counted():
    assert COUNT == 0, f"it is run {COUNT}"
"""


def test_each_run_is_the_first(attack: Attack) -> None:
    assert attack(CELL).tests[0].reason == ""
