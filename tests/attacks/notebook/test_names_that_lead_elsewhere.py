"""No name that a platform or a student gives is a path, empty, long, or another student's."""

from pathlib import Path

import pytest

from nomocks.grading.batch.found import find
from tests.batch.handed_in import SLUG, by, tree, zipped

NAMES = ["../../etc/cron.d/x", "/etc/passwd", "..", ".", "a\\..\\b", "", " ", "\0", "x" * 100_000]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_the_metadata_of_gradescope_is_no_path(tmp_path: Path, name: str) -> None:
    escaped = name.replace("\\", "\\\\").replace("\0", "\\0")
    files = {
        "submission_metadata.yml": f'submission_1:\n  :submitters:\n  - :name: "{escaped}"\n',
        "submission_1/x.ipynb": by("mallory"),
        "submission_2/x.ipynb": by("ada"),
    }
    found = find(tree(tmp_path, files), SLUG)
    assert {one.cells["users"] for one in found} == {"# mallory", "# ada"}
    for one in found:
        assert one.student.strip()
        assert not {"/", "\\", "\0"} & set(one.student)
        assert not one.student.startswith(".")
        assert len(one.student) <= 100


def test_long_names_in_an_archive_are_one_problem(tmp_path: Path) -> None:
    files = {f"{'m' * 60_000}/x.ipynb": by("mallory"), "ada/x.ipynb": by("ada")}
    ada, mallory = find(zipped(tmp_path / "all.zip", files), SLUG)
    assert ada.problem == ""
    assert "has a name that is too long" in mallory.problem
    assert len(mallory.student) <= 100


def test_students_of_one_name_stay_two(tmp_path: Path) -> None:
    files = {
        "ada.ipynb": by("ada"),
        "ADA.ipynb": by("another"),
        "ada (2).ipynb": by("mallory"),
        "ada_exercise.ipynb": by("one more"),
    }
    found = find(tree(tmp_path, files), SLUG)
    assert len({one.student.casefold() for one in found}) == 4
    assert {one.cells["users"] for one in found} == {
        "# ada",
        "# another",
        "# mallory",
        "# one more",
    }
