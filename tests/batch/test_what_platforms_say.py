"""What a platform says of a submission goes through the store and into the reports."""

import csv
from pathlib import Path

import pytest

from tests.batch.calls import grade
from tests.batch.classes import EMAILS, hand_in


@pytest.mark.usefixtures("small")
def test_who_is_late_and_by_what_number_the_platform_knows_a_student(tmp_path: Path) -> None:
    submitted, into = tmp_path / "submitted", tmp_path / "graded"
    submitted.mkdir()
    made = hand_in(tmp_path / "made", "ada", f"%%task users\n{EMAILS.format(n=1)}")
    made.rename(submitted / "kingada_LATE_12345_67890_exercise.ipynb")
    made = hand_in(tmp_path / "made", "bob", f"%%task users\n{EMAILS.format(n=2)}")
    (submitted / "Bob_4711_assignsubmission_file").mkdir()
    made.rename(submitted / "Bob_4711_assignsubmission_file" / "exercise.ipynb")
    formats = [f"--format={name}" for name in ("table", "moodle", "markdown", "class_page")]
    assert grade(submitted, into, *formats).exit_code == 0
    with (into / "table.csv").open(newline="") as table:
        late = {row["student"]: row["late"] for row in csv.DictReader(table)}
    assert late == {"Bob": "", "kingada": "late"}
    with (into / "moodle.csv").open(newline="") as worksheet:
        known = {row["Full name"]: row["Identifier"] for row in csv.DictReader(worksheet)}
    assert known == {"Bob": "Participant 4711", "kingada": ""}
    assert "Handed in late" in (into / "students" / "kingada.md").read_text()
    assert "handed in late" in (into / "class.html").read_text()
