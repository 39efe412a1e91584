"""``%run``, ``%load`` and their like read no file: those lines are left out."""

from pathlib import Path

import pytest

from tests.attacks.notebook.executed import executed
from tests.batch.handed_in import tree


@pytest.mark.parametrize(
    "line",
    [
        "%run {evil}",
        "%run -i {evil}",
        "%load {evil}",
        "%load_ext evil",
        "%cd {folder}",
        "%macro x {evil}",
        "%%run {evil}",
        "%%writefile {folder}/canary",
        "%%capture\n%run {evil}",
        "    %run {evil}".lstrip(),
        "%run {evil} \\\n  more",
    ],
)
def test_it_does_not_happen(tmp_path: Path, line: str) -> None:
    evil = f"open({str(tmp_path / 'empty' / 'canary')!r}, 'w')"
    tree(tmp_path, {"evil.py": evil})
    (tmp_path / "empty").mkdir()
    cell = line.format(evil=tmp_path / "evil.py", folder=tmp_path / "empty")
    names = executed(tmp_path / "empty", f"{cell}\ny = 2")
    assert names["y"] == 2
