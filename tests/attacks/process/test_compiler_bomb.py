"""A short text that takes the compiler gigabytes: each ``finally`` is compiled twice.

The grader reads the text itself, before any sandbox. The bomb is a small one, of 200 MB; with a
few more lines it would be as large as the attacker likes.
"""

import resource

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

DEPTH = 16
CELL = (
    "def test_nothing():\n    pass\n\n"
    + "".join(f"{' ' * n}try:\n{' ' * n} pass\n{' ' * n}finally:\n" for n in range(DEPTH))
    + " " * DEPTH
    + "pass\n"
)
MOST = 60 * 1024  # kB


def test_the_grader_does_not_compile_it(attack: Attack) -> None:
    attack("def test_nothing():\n    pass\n")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = attack(CELL)
    assert result.state in (State.GRADED, State.NOT_COLLECTED, State.NO_TESTS)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST
