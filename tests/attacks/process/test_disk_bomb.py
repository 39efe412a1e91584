"""Files without end, at most 1 GB, wherever one can be written."""

from nomocks.grading.result import State
from nomocks.grading.sandbox.tiers import chosen
from tests.attacks.conftest import Attack

CELL = """\
def test_bomb():
    written, full = 0, []
    for folder in ("/box", "/dev/shm"):
        try:
            for number in range(70):
                with open(f"{folder}/{number}", "wb", buffering=0) as file:
                    while file.tell() < 15 << 20:
                        written += file.write(b"x" * (1 << 20))
        except OSError as error:
            full.append(error.errno)
    for number in range(1, 3):
        os.remove(f"/box/{number}")
    try:
        with open("/box/0", "wb", buffering=0) as file:
            while file.tell() < 1 << 30:
                file.write(b"x" * (1 << 20))
    except OSError as error:
        full.append(error.errno)
    raise RuntimeError(f"{full} {written <= 40 << 20}")
"""


def test_a_run_has_little_disk(attack: Attack) -> None:
    result = attack(CELL)
    if chosen().name == "landlock":  # it is seen a moment later
        assert result.state is State.CRASHED
    else:  # ENOSPC twice; EFBIG for one large file
        assert result.tests[0].reason.startswith("RuntimeError: [28, 28, 27] True")
