"""A member's path that leads out of its archive is read from nowhere and written nowhere."""

from pathlib import Path

import pytest

from tests.attacks.notebook.neighbors import beside_ada
from tests.batch.handed_in import by, zipped


@pytest.mark.parametrize(
    "name",
    [
        "../../outside.ipynb",
        "a/../../outside.ipynb",
        "/tmp/outside.ipynb",
        "//server/outside.ipynb",
        "C:/outside.ipynb",
        "C:\\outside.ipynb",
        "..\\..\\outside.ipynb",
    ],
)
def test_it_is_one_problem_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "a" / "b"
    zipped(folder / "mallory.zip", {name: by("mallory")})
    before = sorted(tmp_path.rglob("*"))
    found = beside_ada(folder)
    assert "has a path that leads out of its archive" in found.problem
    assert found.path == folder / "mallory.zip"
    assert sorted(tmp_path.rglob("*")) == sorted([*before, folder / "ada.ipynb"])


def test_such_a_member_does_not_keep_the_others_from_being_found(tmp_path: Path) -> None:
    files = {"../../x.ipynb": by("mallory"), "work/exercise.ipynb": by("mallory")}
    zipped(tmp_path / "mallory.zip", files)
    assert beside_ada(tmp_path).cells == {"users": "# mallory"}
