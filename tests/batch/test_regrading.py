"""``nomocks grade --resume``: only what has changed is run again, and marks by hand stay."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nomocks.cli import main
from nomocks.grading.batch.gradebook import Gradebook
from nomocks.grading.batch.keys import Keys, versions
from nomocks.grading.batch.records import Adjustment
from nomocks.grading.batch.store import FILE, Store
from nomocks.mutation.assignment import Assignment, read
from tests.batch.calls import grade, runs
from tests.batch.classes import EMAILS, NAMES, answer, hand_in, marks
from tests.grading.conftest import VARIANTS


def test_what_is_done_is_not_done_again(few: Path, tmp_path: Path) -> None:
    into = tmp_path / "done"
    grade(few, into)
    before = runs(into)
    hand_in(few, "student-02", answer(0))
    assert grade(few, into, "--resume").exit_code == 0
    changed = {where for where, run in runs(into).items() if before[where] != run}
    assert changed == {("student-02", "users")}


MORE = (
    """        Mutant(
            "more-nameless",
            "more",
            "A user may have no name.",
            "UNIQUE is enough.",
            ("Leave the name out.",),
            "test_a_user_has_a_name",
            (drop_not_null("users", "name"),),
        ),
    ),
)
""",
    '(Task("users", "Users"), Task("more", "More"))',
)


def two_tasks(small: Assignment, email: str = "email") -> Assignment:
    """The assignment with another task, which is about names."""
    text = VARIANTS.removesuffix("    ),\n)\n") + MORE[0]
    text = text.replace('(Task("users", "Users"),)', MORE[1])
    text = text.replace('"uq_users_email", "email"', f'"uq_users_email", "{email}"')
    (small.folder / "variants.py").write_text(text)
    return read(small.folder)


def test_a_changed_variant_makes_only_its_task_run_again(small: Assignment, tmp_path: Path) -> None:
    two_tasks(small)
    submitted, into = tmp_path / "submitted", tmp_path / "into"
    for number in range(3):
        path = hand_in(submitted, f"student-{number}", "%%task users\n" + EMAILS.format(n=number))
        notebook = json.loads(path.read_text())
        source = "%%task more\n" + NAMES.format(n=number)
        metadata = {"nbgrader": {"grade_id": "more"}}
        notebook["cells"].append({"cell_type": "code", "source": source, "metadata": metadata})
        path.write_text(json.dumps(notebook))
    assert grade(submitted, into).exit_code == 0
    changed = two_tasks(small, "lower(email)")
    assert grade(submitted, into, "--resume").exit_code == 0
    assert {(task, run) for (_, task), run in runs(into).items()} == {("users", 2), ("more", 1)}
    assert set(marks(into, changed).values()) == {3}


def test_another_hint_or_other_points_need_no_run(
    few: Path, small: Assignment, tmp_path: Path
) -> None:
    into = tmp_path / "dearer"
    grade(few, into)
    before = runs(into)
    (small.folder / "variants.py").write_text(VARIANTS.replace("points=2", "points=4"))
    assert grade(few, into, "--resume").exit_code == 0
    assert runs(into) == before
    assert marks(into, read(small.folder))["student-00"] == 5


def adjust(into: Path, *given: str) -> Result:
    return CliRunner().invoke(main, ["adjust", str(into), *given])


def test_a_mark_by_hand_outlives_grading_again(
    few: Path, small: Assignment, tmp_path: Path
) -> None:
    into = tmp_path / "by-hand"
    grade(few, into)
    result = adjust(into, "student-03", "users", "1.5", "--comment", "Told me why.")
    assert result.exit_code == 0, result.output
    hand_in(few, "student-03", answer(1))
    assert grade(few, into, "--resume").exit_code == 0
    with Store(into / FILE) as store:
        run = store.last_run()
        assert run
        book = Gradebook(store, small, Keys(small, versions(run.postgres), "none"))
        one = {graded.student: graded for graded in book}["student-03"]
    assert (one.points, one.results[0].earned) == (1.5, 2)
    assert one.comment == "Users: Told me why."
    assert one.unsafe


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("student-99", "users", "1"), "has no submission of 'student-99': did you mean"),
        (("student-01", "other", "1"), "no graded task 'other': its tasks are users."),
        (("student-01", "users", "9"), "gives 0 to 3 points: 9 is not among them."),
        (("student-01", "users", "nan"), "nan is not among them."),
    ],
)
@pytest.mark.usefixtures("small")
def test_a_mark_by_hand_that_can_not_be_is_refused(
    tmp_path: Path, given: tuple[str, ...], said: str
) -> None:
    hand_in(tmp_path / "submitted", "student-01", answer(6))
    grade(tmp_path / "submitted", tmp_path / "into")
    result = adjust(tmp_path / "into", *given)
    assert (result.exit_code, said in result.output) == (2, True), result.output
    assert adjust(tmp_path / "empty", *given).exit_code == 2


MENDED = VARIANTS.replace('drop_constraint("users", "uq_users_email")', '"SELECT"')


def test_a_store_of_the_version_before_is_read_and_its_tasks_are_run_in_full(
    few: Path, small: Assignment, tmp_path: Path
) -> None:
    grade(few, tmp_path / "old")
    with Store(tmp_path / "old" / FILE) as store:
        store.adjust(Adjustment("student-03", "users", 2, "", "teacher"))
    with closing(sqlite3.connect(tmp_path / "old" / FILE)) as connection:
        connection.executescript(
            "ALTER TABLE tasks DROP COLUMN variants; PRAGMA user_version = 1;"
            "UPDATE tasks SET key = substr(key, 1, 98)"  # of three parts
        )
    result = grade(few, tmp_path / "old", "--resume")
    assert result.exit_code == 0, result.output
    assert "this call ran 4 in full, 0 in part, 0 not at all." in result.output
    assert marks(tmp_path / "old", small) == {
        "student-00": 3,
        "student-01": 2,
        "student-02": 1,
        "student-03": 2,
    }


def test_the_command_says_how_much_it_ran(few: Path, small: Assignment, tmp_path: Path) -> None:
    assert "this call ran" not in grade(few, tmp_path / "told").output
    (small.folder / "variants.py").write_text(MENDED)
    hand_in(few, "student-02", answer(0))
    result = grade(few, tmp_path / "told", "--resume")
    assert "Of the submissions, this call ran 1 in full, 3 in part, 0 not at all." in result.output
    result = grade(few, tmp_path / "told", "--resume")
    assert "this call ran 0 in full, 0 in part, 4 not at all." in result.output
