"""Empty files without end: they take no space, but the tables that every file needs."""

from nomocks.grading.result import State
from nomocks.grading.sandbox.tiers import chosen
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
    result = attack(CELL)
    if chosen().name == "landlock":  # it is seen a moment later
        assert result.state is State.CRASHED
    else:
        assert result.tests[0].reason.startswith("RuntimeError: 28 True")
