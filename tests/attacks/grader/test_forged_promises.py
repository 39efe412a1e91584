"""Where a student's answer is tried by our tests, the answer forges what they say.

It runs in one process with them, and is imported first. So predictions are read, and never run;
what nobody can keep from forging is a function or a fixture, which has to be called.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from nomocks.mutation.assignment import Assignment
from nomocks.mutation.variants import Probe
from tests.attacks.conftest import TASK
from tests.attacks.grader.conftest import AttackOn

PROBES = """\
import answer
from nomocks.grading.predictions import compare

def test_seven():
    compare(answer, "seven", 7)
"""
REPORTS = """\
from nomocks.grading import child
from nomocks.mutation.matrix import Observation, Outcome

child.with_phase = lambda *_: Observation(Outcome.PASSED)

PREDICTED = {"seven": 6}
"""
NAMES = """\
PREDICTED = {"seven": __import__("os").getpid()}
"""
OTHER_CALLS = """\
dict = exec
PREDICTED = dict("import os")
"""
MAPPINGS = """\
PREDICTED = dict(**__import__("os").environ)
"""
ANSWERS = """\
class Seven(int):
    def __eq__(self, other):
        return True

PREDICTED = {"seven": Seven()}
"""


@pytest.fixture
def probed(course: Assignment, tmp_path: Path) -> Assignment:
    """The small assignment with one task that is no test but a prediction."""
    (tmp_path / "probes").mkdir()
    (tmp_path / "probes" / f"{TASK}.py").write_text(PROBES)
    (tmp_path / "exercise.md").write_text((course.folder / "exercise.md").read_text())
    probe = Probe("test_seven", TASK, "it is 7", ("Count again.",))
    (task,) = course.variants.tasks
    variants = replace(
        course.variants,
        tasks=(replace(task, literal=True),),
        twins=(),
        mutants=(),
        probes=(probe,),
    )
    return replace(course, folder=tmp_path, variants=variants)


@pytest.mark.parametrize(
    "cell",
    [REPORTS, ANSWERS, NAMES, OTHER_CALLS, MAPPINGS],
    ids=["reports", "answers", "names", "other calls", "mappings"],
)
def test_a_wrong_answer_keeps_no_promise(
    attack_on: AttackOn, probed: Assignment, cell: str
) -> None:
    result = attack_on(probed, cell)
    assert "holds more than predictions" in result.message
