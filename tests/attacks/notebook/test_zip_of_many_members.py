"""An archive of a hundred thousand members is refused before its notebooks are looked at."""

import zipfile
from pathlib import Path

from tests.attacks.notebook.neighbors import beside_ada


def test_it_is_one_problem(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "mallory.zip", "w") as archive:
        for number in range(100_000):
            archive.writestr(zipfile.ZipInfo(f"{number}.ipynb"), b"")
    assert "holds more than 50000 files" in beside_ada(tmp_path).problem
