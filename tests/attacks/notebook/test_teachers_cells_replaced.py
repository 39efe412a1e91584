"""A check or a setup of one's own, in place of the teacher's locked cell, changes no mark."""

from pathlib import Path

import pytest

from nomocks.grading.checking import check_notebook
from nomocks.grading.result import State
from tests.batch.handed_in import cell, notebook, tree
from tests.grading.conftest import EXERCISE, VARIANTS

ANSWER = """\
%%task users
async def test_nothing(session):
    assert True
"""
FORGED = "def check(*_): return 3.0\ncheck('users')"
PATCHED = "import pytest\npytest.main = lambda *a, **k: 0\nUser = IntegrityError = object"


@pytest.mark.parametrize(
    "cells",
    [
        (cell(PATCHED, "setup"), cell(ANSWER), cell(FORGED, "check-users")),
        (cell(ANSWER), cell(FORGED, "check-users") | {"outputs": [{"text": "3 of 3 points"}]}),
        (cell(FORGED, "given-1"), cell(ANSWER), cell("3.0", "check-users")),
    ],
)
def test_it_earns_nothing(tmp_path: Path, cells: tuple[object, ...]) -> None:
    files = {
        "solutions/small/exercise.md": EXERCISE,
        "solutions/small/variants.py": VARIANTS,
        "x.ipynb": notebook(*cells, slug="small"),
    }
    tree(tmp_path, files)
    checked = check_notebook(tmp_path / "x.ipynb", solutions=tmp_path / "solutions")
    (result,) = checked.results
    assert (result.state, checked.points) == (State.GRADED, 0)


def test_without_a_cell_for_the_answer_there_is_nothing_to_grade(tmp_path: Path) -> None:
    files = {
        "solutions/small/exercise.md": EXERCISE,
        "solutions/small/variants.py": VARIANTS,
        "x.ipynb": notebook(cell(FORGED, "check-users"), slug="small"),
    }
    tree(tmp_path, files)
    checked = check_notebook(tmp_path / "x.ipynb", solutions=tmp_path / "solutions")
    assert [one.state for one in checked.results] == [State.MISSING]
