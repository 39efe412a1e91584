"""A member that says that it is a link is not followed, and nothing is made of it."""

import stat
import zipfile
from pathlib import Path

import pytest

from tests.attacks.notebook.neighbors import beside_ada


@pytest.mark.parametrize("target", ["/etc/passwd", "../ada.ipynb", "/proc/self/environ"])
def test_a_link_is_one_problem(tmp_path: Path, target: str) -> None:
    info = zipfile.ZipInfo("exercise.ipynb")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "mallory.zip", "w") as archive:
        archive.writestr(info, target)
    found = beside_ada(tmp_path)
    assert "mallory.zip/exercise.ipynb is a link, which is not followed" in found.problem
    assert found.cells == {}


@pytest.mark.parametrize("kind", [stat.S_IFIFO, stat.S_IFBLK, stat.S_IFCHR, stat.S_IFSOCK])
def test_a_member_that_says_that_it_is_a_device_is_one_problem(tmp_path: Path, kind: int) -> None:
    info = zipfile.ZipInfo("exercise.ipynb")
    info.external_attr = (kind | 0o666) << 16
    with zipfile.ZipFile(tmp_path / "mallory.zip", "w") as archive:
        archive.writestr(info, b"")
    assert "is no regular file" in beside_ada(tmp_path).problem
