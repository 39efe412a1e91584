"""A member that unpacks to far more than it is, or than its header says, is read to the limit."""

import zipfile
from pathlib import Path

import pytest

from nomocks.grading.batch.archives import members
from nomocks.grading.intake import IntakeError, descriptor_of
from tests.attacks.notebook.neighbors import beside_ada
from tests.batch.handed_in import zipped

UNPACKED = 100 * 1024 * 1024


def test_a_bomb_is_one_problem(tmp_path: Path) -> None:
    path = zipped(tmp_path / "mallory.zip", {"exercise.ipynb": b" " * UNPACKED})
    assert path.stat().st_size < UNPACKED // 500
    assert "larger than 10 MB" in beside_ada(tmp_path).problem


def test_the_size_in_the_header_is_not_believed(tmp_path: Path) -> None:
    path = zipped(tmp_path / "mallory.zip", {"exercise.ipynb": b" " * UNPACKED})
    content = path.read_bytes()
    path.write_bytes(content.replace(UNPACKED.to_bytes(4, "little"), (2).to_bytes(4, "little")))
    assert beside_ada(tmp_path).problem != ""


def test_of_many_bombs_none_is_read_beyond_the_limit(tmp_path: Path) -> None:
    bomb = b" " * (11 * 1024 * 1024)
    zipped(tmp_path / "mallory.zip", {f"{number}.ipynb": bomb for number in range(11)})
    assert "more than 10 notebooks" in beside_ada(tmp_path).problem


def test_a_student_is_read_to_a_limit_whatever_the_number_of_notebooks(tmp_path: Path) -> None:
    bomb = b" " * (11 * 1024 * 1024)
    zipped(tmp_path / "mallory.zip", {f"{number}.ipynb": bomb for number in range(9)})
    assert "The notebooks of mallory are too large" in beside_ada(tmp_path).problem


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_method_that_may_claim_gigabytes_of_memory_is_not_used(
    tmp_path: Path, method: int
) -> None:
    with zipfile.ZipFile(tmp_path / "mallory.zip", "w", method) as archive:
        archive.writestr("exercise.ipynb", b" " * 100)
    assert "is compressed in a way that is not read" in beside_ada(tmp_path).problem


def test_a_list_of_members_is_not_read_beyond_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "mallory.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(140):
            archive.writestr(f"{number:03}{'x' * 65_000}", b"")
    with (
        pytest.raises(IntakeError, match=r"no zip archive that can be read"),
        members(descriptor_of(path), path, "mallory.zip"),
    ):
        pass
