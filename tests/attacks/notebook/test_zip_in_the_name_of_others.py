"""What is in one student's archive is that student's, whatever its folders are called."""

from pathlib import Path

from nomocks.grading.batch.found import find
from tests.batch.handed_in import SLUG, by, tree, zipped


def test_nobody_hands_in_for_another(tmp_path: Path) -> None:
    zipped(tmp_path / "ada.zip", {"exercise.ipynb": by("ada")})
    zipped(tmp_path / "mallory.zip", {"ada_1_assignsubmission_file/x.ipynb": by("mallory")})
    ada, mallory = find(tmp_path, SLUG)
    assert (ada.student, ada.cells) == ("ada", {"users": "# ada"})
    assert (mallory.student, mallory.cells) == ("mallory", {"users": "# mallory"})


def test_a_file_name_of_ones_own_choice_is_nobody_elses(tmp_path: Path) -> None:
    files = {
        "Ada_1_assignsubmission_file_x.ipynb": by("ada"),
        "Mallory_2_assignsubmission_file_Ada_1_assignsubmission_file_x.ipynb": by("mallory"),
        "ada_1_111_x.ipynb": by("ada on canvas"),
        "mallory_2_112_ada_1_113_x.ipynb": by("mallory on canvas"),
        "hw_ada_attempt_2026-11-02-10-00-00_x.ipynb": by("ada on blackboard"),
        "hw_mallory_attempt_2026-11-02-10-00-00_hw_ada_attempt_2027-11-02-10-00-00_x.ipynb": by(
            "mallory on blackboard"
        ),
    }
    found = [one.cells["users"] for one in find(tree(tmp_path, files), SLUG)]
    assert sorted(found) == [
        f"# {who}{where}"
        for who in ("ada", "mallory")
        for where in ("", " on blackboard", " on canvas")
    ]


def test_metadata_of_gradescope_in_ones_own_archive_says_nothing(tmp_path: Path) -> None:
    claim = "mallory:\n  :submitters:\n  - {':name': ada, ':sid': 1}\n"
    zipped(tmp_path / "ada.zip", {"exercise.ipynb": by("ada")})
    files = {"submission_metadata.yml": claim, "mallory/exercise.ipynb": by("mallory")}
    zipped(tmp_path / "mallory.zip", files)
    assert [one.student for one in find(tmp_path, SLUG)] == ["ada", "mallory"]
