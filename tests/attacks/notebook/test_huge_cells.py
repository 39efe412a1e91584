"""Cells without end, or without number, are refused: what is kept of a submission is bounded."""

from pathlib import Path

import pytest

from nomocks.grading.intake import LONGEST_CELL, MOST_CELLS, MOST_TEXT
from tests.attacks.notebook.neighbors import handed_in
from tests.batch.handed_in import cell, notebook

FULL = "#" * LONGEST_CELL


@pytest.mark.parametrize(
    ("hostile", "said"),
    [
        (notebook(cell(FULL + "#")), "more than 100000 characters"),
        (notebook(cell(["#"] * (LONGEST_CELL + 1))), "more than 100000 characters"),
        (notebook(*([{}] * (MOST_CELLS + 1))), "more than 1000 cells"),
        (
            notebook(*(cell(FULL, f"a{n}") for n in range(MOST_TEXT // LONGEST_CELL + 1))),
            "hold more than 500000 characters",
        ),
    ],
)
def test_a_notebook_beyond_a_limit_is_one_problem(tmp_path: Path, hostile: str, said: str) -> None:
    assert said in handed_in(tmp_path, hostile).problem
