"""A result never moves from one student to another, whoever hands in beside them later."""

import shutil
from pathlib import Path

from click.testing import CliRunner

from nomocks.cli import main
from nomocks.mutation.assignment import Assignment
from tests.batch.calls import grade
from tests.batch.classes import EMAILS, NAMES, hand_in, marks


def _on_moodle(folder: Path, number: int, cell: str) -> None:
    made = hand_in(folder / "made", str(number), f"%%task users\n{cell.format(n=number)}")
    there = folder / "submitted" / f"Ada King_{number}_assignsubmission_file"
    there.mkdir(parents=True)
    shutil.move(made, there / "exercise.ipynb")


def test_a_mark_by_hand_stays_with_the_student_when_a_namesake_comes(
    small: Assignment, tmp_path: Path
) -> None:
    submitted, into = tmp_path / "submitted", tmp_path / "graded"
    _on_moodle(tmp_path, 2, EMAILS)
    assert grade(submitted, into).exit_code == 0
    by_hand = ["adjust", str(into), "Ada King", "users", "3"]
    assert CliRunner().invoke(main, by_hand).exit_code == 0
    _on_moodle(tmp_path, 1, NAMES)
    assert grade(submitted, into, "--resume").exit_code == 0
    assert marks(into, small) == {"Ada King": 3, "Ada King (1)": 1}
    shutil.rmtree(submitted / "Ada King_2_assignsubmission_file")
    grade(submitted, into, "--resume")
    assert marks(into, small) == {"Ada King": 3, "Ada King (1)": 1}
