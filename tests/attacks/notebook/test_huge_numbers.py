"""A number that costs time to read, or that is none when it has been read, is refused."""

from pathlib import Path

import pytest

from tests.attacks.notebook.neighbors import handed_in
from tests.batch.handed_in import notebook


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("9" * 101, "more than 100 digits"),
        ("-" + "9" * 5_000_000, "more than 100 digits"),
        ("1e400", "too large"),
        ("-1e400", "too large"),
        ("1" + "0" * 400 + ".0", "too large"),
    ],
)
def test_such_a_number_is_one_problem(tmp_path: Path, number: str, said: str) -> None:
    hostile = notebook(number="HERE").replace('"HERE"', number)
    assert said in handed_in(tmp_path, hostile).problem


def test_a_number_may_be_precise(tmp_path: Path) -> None:
    honest = notebook(number="HERE").replace('"HERE"', "0." + "1" * 1000)
    assert handed_in(tmp_path, honest).problem == ""
