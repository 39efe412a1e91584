"""A link in place of a notebook or of a folder is not followed, wherever it leads."""

from pathlib import Path

import pytest

from nomocks.grading.batch import folders
from nomocks.grading.batch.found import find
from nomocks.grading.intake import IntakeError
from tests.attacks.notebook.neighbors import beside_ada
from tests.batch.handed_in import SLUG, by, tree


@pytest.mark.parametrize("target", ["/etc/passwd", "/etc/shadow", "/proc/self/environ", "nowhere"])
def test_a_link_to_a_secret_is_one_problem(tmp_path: Path, target: str) -> None:
    (tmp_path / "mallory.ipynb").symlink_to(target)
    found = beside_ada(tmp_path)
    assert found.problem == (
        "mallory.ipynb is a link, which is not followed: ask for the notebook itself."
    )


def test_a_link_to_another_submission_is_one_problem(tmp_path: Path) -> None:
    (tree(tmp_path, {"mallory/drafts/notes.txt": ""}) / "mallory" / "x.ipynb").symlink_to(
        "../ada.ipynb"
    )
    found = beside_ada(tmp_path)
    assert "mallory/x.ipynb is a link" in found.problem
    assert found.cells == {}


@pytest.mark.parametrize("place", ["mallory", f"mallory/{SLUG}", f"mallory/drafts/{SLUG}"])
def test_a_link_to_the_folder_of_another_is_one_problem(tmp_path: Path, place: str) -> None:
    tree(tmp_path, {f"other/{SLUG}/exercise.ipynb": by("bob")})
    folder = tmp_path / "all"
    (folder / place).parent.mkdir(parents=True)
    (folder / place).symlink_to(tmp_path / "other", target_is_directory=True)
    found = beside_ada(folder)
    assert f"{place} is a link, which is not followed" in found.problem


@pytest.mark.parametrize("place", ["mallory", f"mallory/{SLUG}", f"mallory/{SLUG}/x.ipynb"])
def test_a_link_in_nbgraders_folders_is_one_problem(tmp_path: Path, place: str) -> None:
    ada = tree(tmp_path / "submitted", {f"ada/{SLUG}/x.ipynb": by("ada")}) / "ada" / SLUG
    link = tmp_path / "submitted" / place
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(ada / "x.ipynb" if link.suffix else ada.parent if place == "mallory" else ada)
    found, mallory = find(tmp_path, SLUG)
    assert found.cells == {"users": "# ada"}
    assert f"{place} is a link, which is not followed" in mallory.problem


def test_a_loop_of_links_has_an_end(tmp_path: Path) -> None:
    tree(tmp_path, {"mallory/work.ipynb": by("mallory")})
    (tmp_path / "mallory" / "again").symlink_to("..", target_is_directory=True)
    assert beside_ada(tmp_path).cells == {"users": "# mallory"}


def test_a_link_that_is_put_there_after_the_look_is_not_followed(tmp_path: Path) -> None:
    tree(tmp_path, {"all/mallory/x.ipynb": by("mallory"), "other/x.ipynb": by("bob")})
    (entry,) = (one for one in folders.walk(tmp_path / "all") if not one.is_folder)
    (tmp_path / "all" / "mallory").rename(tmp_path / "moved")
    (tmp_path / "all" / "mallory").symlink_to(tmp_path / "other", target_is_directory=True)
    with pytest.raises(IntakeError, match="can't be read"):
        entry.read()
