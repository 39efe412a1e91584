"""What the job says of its variant, read on the stack: its name, its kind, its statements."""

from tests.attacks.conftest import Attack
from tests.attacks.grader.conftest import PLUGIN

CELL = """\
def test_look():
    job = plugin().job
    raise RuntimeError(f"{job.variants} {job.functions}")
"""


def test_a_run_is_told_of_no_schema(attack: Attack) -> None:
    (test,) = attack(PLUGIN + CELL).tests
    told = "(Planted(statements=(), code=(), number=0),) ()"
    assert test.reason.startswith(f"RuntimeError: {told}") or told in test.reason
