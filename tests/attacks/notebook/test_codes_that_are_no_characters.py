"""Half of a surrogate pair can't be written to a file, and a NUL ends a text for many programs."""

from pathlib import Path

import pytest

from tests.attacks.notebook.neighbors import handed_in
from tests.batch.handed_in import cell, notebook


@pytest.mark.parametrize("code", ["\ud800", "x\udc80", "\0"])
def test_such_a_code_in_a_cell_is_one_problem(tmp_path: Path, code: str) -> None:
    found = handed_in(tmp_path, notebook(cell(f"def test_a():\n    '{code}'")))
    assert "a code that is no character" in found.problem
    found.problem.encode()


@pytest.mark.parametrize("code", ["\ud800", "\0"])
def test_elsewhere_it_does_no_harm(tmp_path: Path, code: str) -> None:
    honest = notebook(cell("x = 1"), cell("x = 2", code), cell(code, "text", "markdown"), x=code)
    assert handed_in(tmp_path, honest).cells == {"users": "x = 1"}


def test_a_pair_is_one_character(tmp_path: Path) -> None:
    assert handed_in(tmp_path, notebook(cell("# \U0001f600"))).cells == {"users": "# \U0001f600"}


@pytest.mark.parametrize("code", ["\ud800", "\0", "\x1b[2J"])
def test_in_the_assignments_name_it_is_refused(tmp_path: Path, code: str) -> None:
    found = handed_in(tmp_path, notebook(slug=f"07{code}"))
    assert "names an assignment that there can't be" in found.problem
