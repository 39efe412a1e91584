"""A folder of too many files, or too deep, is the problem of its student alone."""

import contextlib
from pathlib import Path

import pytest

from nomocks.grading.batch.folders import DEEPEST, MOST_ENTRIES
from nomocks.grading.batch.found import find
from nomocks.grading.intake import IntakeError
from tests.attacks.notebook.neighbors import beside_ada
from tests.batch.handed_in import SLUG, by, tree, zipped


def test_too_many_files_are_one_problem(tmp_path: Path) -> None:
    folder = tmp_path / "mallory"
    tree(folder, {"exercise.ipynb": by("mallory")})
    for number in range(MOST_ENTRIES):
        (folder / str(number)).touch()
    found = beside_ada(tmp_path)
    assert f"mallory holds more than {MOST_ENTRIES} files" in found.problem


def test_what_is_too_deep_is_not_looked_for(tmp_path: Path) -> None:
    deep = "/".join(["d"] * DEEPEST)
    tree(tmp_path, {f"mallory/{deep}/exercise.ipynb": by("mallory")})
    assert f"is more than {DEEPEST - 1} folders deep" in beside_ada(tmp_path).problem


def test_a_notebook_that_is_not_deep_is_found_beside_what_is(tmp_path: Path) -> None:
    deep = "/".join(["d"] * 300)
    tree(tmp_path, {f"mallory/{deep}/x.txt": "", "mallory/a/b/c/exercise.ipynb": by("mallory")})
    assert beside_ada(tmp_path).cells == {"users": "# mallory"}


def test_a_folder_that_may_not_be_read_stops_nobody(tmp_path: Path) -> None:
    tree(tmp_path, {"mallory/inner/x.ipynb": by("mallory")})
    (tmp_path / "mallory" / "inner").chmod(0)
    beside_ada(tmp_path)  # root may read it all the same
    (tmp_path / "mallory" / "inner").chmod(0o700)


@pytest.mark.parametrize("name", ["d", SLUG, "submitted", "archive"])
def test_folders_in_an_archive_have_an_end(tmp_path: Path, name: str) -> None:
    zipped(tmp_path / "mallory.zip", {f"{f'{name}/' * 4_000}x.ipynb": by("mallory")})
    assert "folders deep" in beside_ada(tmp_path).problem
    (tmp_path / "ada.ipynb").unlink()
    (mallory,) = find(tmp_path, SLUG)
    assert mallory.problem
    (mallory,) = find(tmp_path / "mallory.zip", SLUG)
    assert mallory.problem


@pytest.mark.parametrize("name", [SLUG, "submitted", "archive"])
def test_folders_that_lead_to_themselves_in_name_have_an_end(tmp_path: Path, name: str) -> None:
    tree(tmp_path, {f"{f'{name}/' * 200}x.ipynb": by("mallory")})
    with contextlib.suppress(IntakeError):
        find(tmp_path, SLUG)
