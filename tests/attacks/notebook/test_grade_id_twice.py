"""Two cells of one id would let a student choose which of them is graded."""

from pathlib import Path

import pytest

from tests.attacks.notebook.neighbors import handed_in
from tests.batch.handed_in import cell, notebook


def test_it_is_one_problem_that_says_what_to_do(tmp_path: Path) -> None:
    found = handed_in(tmp_path, notebook(cell("x = 1"), cell("x = 2")))
    assert found.problem == (
        "mallory.ipynb has two cells with the id 'users': delete the copy, or start again from the "
        "released notebook."
    )


@pytest.mark.parametrize("kind", ["markdown", "raw", "heading", "", None, 7, ["code"], "Code"])
def test_a_cell_that_is_no_code_stands_for_none(tmp_path: Path, kind: str) -> None:
    found = handed_in(tmp_path, notebook(cell("x = 2", kind=kind), cell("x = 1")))
    assert found.cells == {"users": "x = 1"}
