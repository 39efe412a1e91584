"""An archive within an archive is not opened, so none can hold itself."""

from pathlib import Path

from tests.attacks.notebook.neighbors import beside_ada
from tests.batch.handed_in import by, zipped


def test_it_is_one_problem_that_says_what_to_do(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"exercise.ipynb": by("mallory")}).read_bytes()
    zipped(tmp_path / "all" / "mallory.zip", {"work.zip": inner})
    found = beside_ada(tmp_path / "all")
    assert "mallory.zip/work.zip is an archive within an archive" in found.problem
    assert "point at the folder" in found.problem


def test_only_so_many_archives_of_a_student_are_opened(tmp_path: Path) -> None:
    for number in range(9):
        zipped(tmp_path / "mallory" / f"{number}.zip", {"notes.txt": ""})
    assert "holds no notebook" in beside_ada(tmp_path).problem
