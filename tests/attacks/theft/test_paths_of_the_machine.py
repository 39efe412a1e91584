"""Where the grader lies on its machine, told by messages, by mounts and by Python itself."""

import pytest

from nomocks.mutation.assignment import Assignment
from tests.attacks.conftest import Attack

CELL = """\
import gc, sys

WORD = "pytest-" + "of"

def test_told():
    texts = [*sys.argv, *sys.orig_argv, *sys.path, os.getcwd(), *os.environ.values()]
    texts += [one for found in gc.get_objects() if isinstance(found, (list, tuple))
        for one in found if isinstance(one, str)]
    raise RuntimeError([one for one in texts if WORD in one])
"""


def test_a_run_is_not_told(
    attack: Attack, course: Assignment, tmp_path_factory: pytest.TempPathFactory
) -> None:
    result = attack(CELL)
    assert result.tests[0].reason.startswith("RuntimeError: []")
    assert str(tmp_path_factory.getbasetemp()) not in repr(result)
    assert str(course.folder) not in result.tests[0].reason
