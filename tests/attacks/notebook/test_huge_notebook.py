"""A huge file is read no further than the limit."""

from pathlib import Path

from nomocks.grading.intake import LARGEST
from tests.attacks.notebook.neighbors import beside_ada, handed_in
from tests.batch.handed_in import tree


def test_a_file_of_a_terabyte_is_not_read(tmp_path: Path) -> None:
    with (tree(tmp_path, {}) / "mallory.ipynb").open("wb") as file:
        file.truncate(2**40)  # with nothing in it, it takes no room on the disk
    assert "larger than 10 MB" in beside_ada(tmp_path).problem


def test_a_file_just_over_the_limit_is_not_read(tmp_path: Path) -> None:
    assert "larger than 10 MB" in handed_in(tmp_path, b" " * (LARGEST + 1)).problem
