"""A notebook can't lead the grader to another folder by the assignment that it names."""

from pathlib import Path

import pytest

from nomocks.grading.checking import check_notebook
from nomocks.grading.intake import IntakeError
from tests.attacks.notebook.neighbors import handed_in
from tests.batch.handed_in import notebook, tree

PATHS = ["../07-constraints", "/etc", "..", ".", "a/b", "a\\b", "07-constraints\n", "", "x" * 101]


@pytest.mark.parametrize("name", PATHS)
def test_a_path_is_no_name_of_an_assignment(tmp_path: Path, name: str) -> None:
    hostile = notebook().replace('"assignment": "07-constraints"', f'"assignment": {name!r}')
    hostile = hostile.replace("'", '"')
    assert "names an assignment that there can't be" in handed_in(tmp_path, hostile).problem


def test_the_variants_of_a_student_are_not_run(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    files = {
        "mine/variants.py": f"open({str(canary)!r}, 'w')",
        "solutions/small/variants.py": "VARIANTS = None",
        "x.ipynb": notebook(slug="PATH").replace("PATH", "../mine"),
    }
    tree(tmp_path, files)
    with pytest.raises(IntakeError, match="names an assignment that there can't be"):
        check_notebook(tmp_path / "x.ipynb", solutions=tmp_path / "solutions")
    assert not canary.exists()
