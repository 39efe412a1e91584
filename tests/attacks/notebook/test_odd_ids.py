"""An id that is none is passed over: it is no key, no path and no text of a report."""

from pathlib import Path

import pytest

from tests.attacks.notebook.neighbors import handed_in
from tests.batch.handed_in import cell, notebook


@pytest.mark.parametrize(
    "grade_id",
    [
        7,
        None,
        True,
        1.5,
        ["users"],
        {"users": 1},
        "",
        "../users",
        "users\n",
        "users\0",
        "a b",
        "<script>",
        "\x1b[2J",
        "ü",
        "x" * 101,
        "users\u202e",
    ],
)
def test_it_is_passed_over(tmp_path: Path, grade_id: object) -> None:
    found = handed_in(tmp_path, notebook(cell("x = 2", grade_id), cell("x = 1")))
    assert found.cells == {"users": "x = 1"}


@pytest.mark.parametrize("source", [None, 7, {"x": 1}, [1], ["x", None], [["x"]]])
def test_a_text_that_is_none_is_one_problem(tmp_path: Path, source: object) -> None:
    assert "a cell has no text" in handed_in(tmp_path, notebook(cell(source))).problem


@pytest.mark.parametrize(
    "shape", [None, 7, "x", [], {"metadata": 7}, {"metadata": {"nbgrader": 1}}]
)
def test_a_cell_of_an_odd_shape_is_passed_over(tmp_path: Path, shape: object) -> None:
    assert handed_in(tmp_path, notebook(shape, cell("x = 1"))).cells == {"users": "x = 1"}


@pytest.mark.parametrize("named", [7, ["07-constraints"], {"a": 1}, True])
def test_an_assignment_that_is_no_text_is_one_problem(tmp_path: Path, named: object) -> None:
    hostile = notebook(nomocks={"assignment": named})
    assert "names an assignment" in handed_in(tmp_path, hostile).problem
