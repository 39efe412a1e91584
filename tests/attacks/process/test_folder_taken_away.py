"""The run's own folder emptied, and the process in a place that is no more."""

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

CELL = """\
import shutil

def test_empty():
    shutil.rmtree("/box", ignore_errors=True)
    os.mkdir("/box/gone")
    os.chdir("/box/gone")
    os.rmdir("/box/gone")
    os.chmod("/box", 0)
"""


def test_the_next_run_has_a_folder_of_its_own(attack: Attack) -> None:
    assert attack(CELL).state in (State.GRADED, State.CRASHED)  # by what pytest makes of it
