"""Submissions are found in whatever a teacher has in hand, each as its student's."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from nomocks.grading.batch.found import Found, find
from nomocks.grading.intake import IntakeError
from tests.batch.handed_in import SLUG, Content, by, cell, notebook, tree, zipped

Made = Callable[[Path, Mapping[str, Content]], Path]
METADATA = """\
submission_11:
  :submitters:
  - :name: Ada Lovelace
    :sid: '100'
    :email: ada@school.org
  :created_at: 2026-11-02 10:00:00.000000000 Z
submission_12:
  :submitters:
  - :name: Bob
    :sid: '200'
    :email: bob@school.org
  - :name: Cem
    :email: cem@school.org
"""


@pytest.fixture(params=["a folder", "a zip"])
def made(request: pytest.FixtureRequest) -> Made:
    """Makes files, once as a folder and once as an archive."""
    if request.param == "a zip":
        return lambda folder, files: zipped(folder / "download.zip", files)
    return lambda folder, files: tree(folder / "download", files)


def cells(found: list[Found]) -> dict[str, str]:
    """What was found of each student, who must have no problem."""
    assert [one.problem for one in found] == [""] * len(found)
    return {one.student: one.cells["users"].removeprefix("# ") for one in found}


def only(found: list[Found]) -> Found:
    (one,) = found
    return one


def test_one_notebook_is_a_submission(tmp_path: Path) -> None:
    tree(tmp_path, {"ada.ipynb": by("ada")})
    one = only(find(tmp_path / "ada.ipynb", SLUG))
    assert one == Found("ada", tmp_path / "ada.ipynb", {"users": "# ada"}, id="name:ada")


def test_a_notebook_that_names_no_assignment_is_taken_for_this_one(tmp_path: Path) -> None:
    tree(tmp_path, {"ada.ipynb": by("ada", slug=None)})
    assert cells(find(tmp_path, SLUG)) == {"ada": "ada"}


def test_in_a_folder_of_notebooks_each_is_named_for_its_student(tmp_path: Path, made: Made) -> None:
    files = {
        "cem.ipynb": by("cem"),
        "ada_exercise.IPYNB": by("ada"),
        f"{SLUG}-bob.ipynb": by("bob"),
        "marks.csv": "not a submission",
        ".ipynb_checkpoints/ada-checkpoint.ipynb": by("nobody"),
        "__MACOSX/._ada.ipynb": b"\0\5\26\7",
        "figures/one.png": b"",
    }
    assert cells(find(made(tmp_path, files), SLUG)) == {"ada": "ada", "bob": "bob", "cem": "cem"}


def test_in_a_folder_of_folders_each_is_a_student(tmp_path: Path, made: Made) -> None:
    files = {"ada/drafts/exercise.ipynb": by("ada"), "bob/any name.ipynb": by("bob")}
    assert cells(find(made(tmp_path, files), SLUG)) == {"ada": "ada", "bob": "bob"}


def test_a_student_without_a_notebook_is_named(tmp_path: Path, made: Made) -> None:
    files = {"ada/exercise.ipynb": by("ada"), "bob/homework.ipynb.pdf": "%PDF", "bob/a.zip": "?"}
    files["cem/notes.txt.zip"] = files["cem/exercise.ipynb"] = by("cem")
    ada, bob, cem = find(made(tmp_path, files), SLUG)
    assert (ada.problem, cem.problem) == ("", "")
    assert "bob/a.zip" in bob.problem


@pytest.mark.parametrize("pointed_at", ["course", "course/submitted"])
def test_the_submitted_folder_of_nbgrader(tmp_path: Path, pointed_at: str) -> None:
    course = {
        f"submitted/ada/{SLUG}/exercise.ipynb": by("ada"),
        f"submitted/ada/{SLUG}/timestamp.txt": "2026-11-02 10:00:00.123456 UTC",
        "submitted/ada/01-mocks-lie/exercise.ipynb": by("ada", slug="01-mocks-lie"),
        "submitted/bob/01-mocks-lie/exercise.ipynb": by("bob", slug="01-mocks-lie"),
        f"source/{SLUG}/exercise.ipynb": by("the teacher"),
        f"autograded/ada/{SLUG}/exercise.ipynb": by("graded before"),
        "gradebook.db": b"SQLite",
    }
    tree(tmp_path / "course", course)
    ada, bob = find(tmp_path / pointed_at, SLUG)
    assert cells([ada]) == {"ada": "ada"}
    assert ada.submitted == "2026-11-02 10:00:00.123456 UTC"
    assert bob.problem == f"bob has handed in nothing for {SLUG}."


@pytest.mark.parametrize("pointed_at", ["downloaded", f"downloaded/{SLUG}"])
def test_what_nbgrader_is_to_collect_is_found_once(tmp_path: Path, pointed_at: str) -> None:
    export = {"Ada_1_assignsubmission_file/x.ipynb": by("ada")}
    zipped(tmp_path / "downloaded" / SLUG / "archive" / "moodle.zip", export)
    tree(tmp_path / "downloaded" / SLUG / "extracted" / "moodle", export)
    zipped(tmp_path / "downloaded" / "01-mocks-lie" / "archive" / "moodle.zip", export)
    assert cells(find(tmp_path / pointed_at, SLUG)) == {"Ada": "ada"}


def test_names_in_an_archive_of_macos_are_read_as_it_writes_them(tmp_path: Path) -> None:
    path = zipped(tmp_path / "all.zip", {"Zoë_1_assignsubmission_file/x.ipynb": by("zoë")})
    content = bytearray(path.read_bytes())
    for sign, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.index(sign) + place + 1] &= ~0x08  # which would say that it is UTF-8
    path.write_bytes(content)
    assert cells(find(path, SLUG)) == {"Zoë": "zoë"}


def test_the_newest_of_nbgraders_inbound_folders_counts(tmp_path: Path, made: Made) -> None:
    files = {
        f"ada+{SLUG}+2026-11-02 10:00:00.000001 UTC+bGV0dGVy/exercise.ipynb": by("ada, first"),
        f"ada+{SLUG}+2026-11-02 10:00:00.000002 UTC+YW5vdGhl/exercise.ipynb": by("ada, last"),
        "ada+01-mocks-lie+2026-11-03 10:00:00.000002 UTC/exercise.ipynb": by("ada, other"),
        f"bob+{SLUG}+2026-11-02 09:00:00.000000 UTC/exercise.ipynb": by("bob"),
    }
    found = find(made(tmp_path, files), SLUG)
    assert cells(found) == {"ada": "ada, last", "bob": "bob"}
    assert found[0].submitted == "2026-11-02 10:00:00.000002 UTC"


def test_checkouts_of_classrooms(tmp_path: Path) -> None:
    files = {
        f"db-{SLUG}-ada/exercises/{SLUG}/exercise.ipynb": by("ada"),
        f"db-{SLUG}-ada/exercises/01-mocks-lie/exercise.ipynb": by("ada", slug="01-mocks-lie"),
        f"db-{SLUG}-ada/.git/HEAD": "ref: refs/heads/main",
        f"db-{SLUG}-bob-the-b/exercises/{SLUG}/exercise.ipynb": by("bob"),
        f"{SLUG}-cem/exercises/{SLUG}/exercise.ipynb": by("cem"),
        "scores.csv": "username",
    }
    found = find(tree(tmp_path, files), SLUG)
    assert cells(found) == {"ada": "ada", "bob-the-b": "bob", "cem": "cem"}


def test_one_checkout_is_one_student(tmp_path: Path) -> None:
    files = {
        f"exercises/{SLUG}/exercise.ipynb": by("ada"),
        "exercises/01-mocks-lie/exercise.ipynb": by("ada", slug="01-mocks-lie"),
        "notebooks/07-constraints.ipynb": by("the book", slug=None),
    }
    tree(tmp_path / f"{SLUG}-ada", files)
    zipped(tmp_path / "ada.zip", files)
    assert cells(find(tmp_path / f"{SLUG}-ada", SLUG)) == {"ada": "ada"}
    assert cells(find(tmp_path / "ada.zip", SLUG)) == {"ada": "ada"}


@pytest.mark.parametrize("ending", ["_assignsubmission_file_/", "_assignsubmission_file/"])
def test_moodle_in_folders(tmp_path: Path, made: Made, ending: str) -> None:
    files = {
        f"Ada King_101{ending}exercise.ipynb": by("ada"),
        f"Ada King_101{ending.replace('file', 'onlinetext')}onlinetext.html": "<p>Done.</p>",
        f"Bob Öz_102{ending}deep/er/Exercise.ipynb": by("bob"),
    }
    found = find(made(tmp_path, files), SLUG)
    assert cells(found) == {"Ada King": "ada", "Bob Öz": "bob"}
    assert [one.id for one in found] == ["moodle:101", "moodle:102"]


def test_a_download_may_lie_in_a_folder_that_is_called_submitted(tmp_path: Path) -> None:
    tree(tmp_path / "submitted", {"Ada King_101_assignsubmission_file/x.ipynb": by("ada")})
    assert cells(find(tmp_path / "submitted", SLUG)) == {"Ada King": "ada"}
    assert cells(find(tmp_path, SLUG)) == {"Ada King": "ada"}


def test_moodle_flat(tmp_path: Path, made: Made) -> None:
    files = {
        "Ada King_101_assignsubmission_file_exercise.ipynb": by("ada"),
        "Bob Öz_102_assignsubmission_file_my_work_1.ipynb": by("bob"),
        "Cem_103_assignsubmission_file_work.pdf": "%PDF",
    }
    ada, bob, cem = find(made(tmp_path, files), SLUG)
    assert cells([ada, bob]) == {"Ada King": "ada", "Bob Öz": "bob"}
    assert (cem.id, cem.problem) == (
        "moodle:103",
        "Cem has handed in no notebook: ask for the file exercise.ipynb.",
    )


def test_canvas(tmp_path: Path, made: Made) -> None:
    files = {
        "kingada_12345_67890_exercise.ipynb": by("ada"),
        "özbob_LATE_12346_67891_exercise-1.ipynb": by("bob"),
        "anon_x7Fq2_67892_exercise.ipynb": by("somebody"),
    }
    found = find(made(tmp_path, files), SLUG)
    assert cells(found) == {"anon_x7Fq2": "somebody", "kingada": "ada", "özbob": "bob"}
    assert [one.id for one in found] == ["name:anon_x7Fq2", "canvas:12345", "canvas:12346"]
    assert [one.late for one in found] == [False, False, True]


def test_the_newest_attempt_on_canvas_counts(tmp_path: Path, made: Made) -> None:
    files = {
        "kingada_12345_67890_exercise.ipynb": by("the first"),
        "kingada_12345_67990_exercise-2.ipynb": by("the third"),
        "kingada_12345_67900_exercise-1.ipynb": by("the second"),
        "kingada_12345_67990_notes.pdf": "%PDF",
    }
    assert cells(find(made(tmp_path, files), SLUG)) == {"kingada": "the third"}


def test_the_newest_attempt_on_blackboard_counts(tmp_path: Path, made: Made) -> None:
    files = {
        "Home work_ada9_attempt_2026-11-01-10-00-00.txt": "Name: Ada King (ada9)",
        "Home work_ada9_attempt_2026-11-01-10-00-00_exercise.ipynb": by("the first"),
        "Home work_ada9_attempt_2026-11-02-10-00-00_other_name.ipynb": by("the second"),
        "Home work_bob7_attempt_2026-11-02-10-00-00.txt": "Name: Bob (bob7)",
    }
    ada, bob = find(made(tmp_path, files), SLUG)
    assert cells([ada]) == {"ada9": "the second"}
    assert ada.submitted == "2026-11-02-10-00-00"
    assert bob.problem.startswith("bob7 has handed in no notebook")


@pytest.mark.parametrize("within", ["", "assignment_9_export/"])
def test_gradescope_says_whose_each_is_and_a_group_has_one_each(
    tmp_path: Path, made: Made, within: str
) -> None:
    files = {
        f"{within}submission_metadata.yml": METADATA,
        f"{within}submission_11/exercise.ipynb": by("ada"),
        f"{within}submission_12/exercise.ipynb": by("the group"),
        f"{within}submission_13/exercise.ipynb": by("unknown"),
    }
    found = find(made(tmp_path, files), SLUG)
    assert cells(found) == {
        "Ada Lovelace": "ada",
        "Bob": "the group",
        "Cem": "the group",
        "submission_13": "unknown",
    }
    assert [one.id for one in found] == [
        "gradescope:100",
        "gradescope:200",
        "gradescope:cem@school.org",
        "name:submission_13",
    ]


def test_a_folder_of_zips_has_a_student_each(tmp_path: Path) -> None:
    zipped(tmp_path / "ada.zip", {"exercise.ipynb": by("ada")})
    zipped(tmp_path / "bob.zip", {f"exercises/{SLUG}/exercise.ipynb": by("bob"), "a.ipynb": "?"})
    zipped(tmp_path / "kingcem_12345_67890_work.zip", {"work/exercise.ipynb": by("cem")})
    assert cells(find(tmp_path, SLUG)) == {"ada": "ada", "bob": "bob", "kingcem": "cem"}


def test_a_folder_of_what_a_platform_gave_out_in_parts(tmp_path: Path) -> None:
    zipped(tmp_path / "group A.zip", {"Ada_1_assignsubmission_file/x.ipynb": by("ada")})
    zipped(tmp_path / "group B.zip", {"Bob_2_assignsubmission_file/x.ipynb": by("bob")})
    assert cells(find(tmp_path, SLUG)) == {"Ada": "ada", "Bob": "bob"}


def test_an_archive_in_a_students_folder_is_opened(tmp_path: Path) -> None:
    zipped(tmp_path / "Ada_1_assignsubmission_file/w.zip", {"a/exercise.ipynb": by("ada")})
    assert cells(find(tmp_path, SLUG)) == {"Ada": "ada"}


def test_two_students_of_one_name_are_told_apart(tmp_path: Path, made: Made) -> None:
    files = {
        "Ada King_2_assignsubmission_file/exercise.ipynb": by("the second"),
        "Ada King_1_assignsubmission_file/exercise.ipynb": by("the first"),
    }
    found = cells(find(made(tmp_path, files), SLUG))
    assert found == {"Ada King (1)": "the first", "Ada King (2)": "the second"}


def names(found: list[Found]) -> dict[str, str]:
    """The name of each, by what they have handed in."""
    return {one.cells["users"].removeprefix("# "): one.student for one in found}


ADA = "Ada King_{}_assignsubmission_file/exercise.ipynb"


def test_who_is_known_keeps_the_name_when_another_of_that_name_comes(
    tmp_path: Path, made: Made
) -> None:
    first = find(made(tmp_path / "first", {ADA.format(2): by("one")}), SLUG)
    assert names(first) == {"one": "Ada King"}
    known = {one.student: one.id for one in first}
    both = {ADA.format(1): by("other"), ADA.format(2): by("one")}
    second = find(made(tmp_path / "second", both), SLUG, known)
    assert names(second) == {"one": "Ada King", "other": "Ada King (1)"}
    known = {one.student: one.id for one in second}
    third = find(made(tmp_path / "third", {ADA.format(1): by("other")}), SLUG, known)
    assert names(third) == {"other": "Ada King (1)"}


def test_nobody_gets_the_name_of_one_who_is_known_and_not_there(tmp_path: Path, made: Made) -> None:
    found = find(made(tmp_path, {ADA.format(1): by("other")}), SLUG, {"Ada King": "moodle:2"})
    assert names(found) == {"other": "Ada King (1)"}
    found = find(made(tmp_path / "x", {"ada.ipynb": by("new")}), SLUG, {"ada": "name:ada_exercise"})
    assert names(found) == {"new": "ada (2)"}


def test_files_that_are_named_for_one_student_are_two_students_and_stay_it(
    tmp_path: Path, made: Made
) -> None:
    first = find(made(tmp_path / "first", {"ada_exercise.ipynb": by("short")}), SLUG)
    assert names(first) == {"short": "ada"}
    files = {"ada.ipynb": by("plain"), "ada_exercise.ipynb": by("short"), "ADA.ipynb": by("loud")}
    second = find(made(tmp_path / "second", files), SLUG, {"ada": first[0].id})
    assert names(second) == {"short": "ada", "loud": "ADA (2)", "plain": "ada (3)"}
    known = {one.student: one.id for one in second}
    third = find(made(tmp_path / "third", files | {"Ada.ipynb": by("new")}), SLUG, known)
    assert names(third) == {**names(second), "new": "Ada (4)"}


def test_two_notebooks_of_one_student_are_a_problem_that_names_both(
    tmp_path: Path, made: Made
) -> None:
    files = {"ada/a.ipynb": by("one"), "ada/b.ipynb": by("other"), "bob/b.ipynb": by("bob")}
    ada, bob = find(made(tmp_path, files), SLUG)
    assert ada.problem == (
        "ada/a.ipynb and ada/b.ipynb are both of this student: keep the one to be graded."
    )
    assert (ada.cells, bob.problem) == ({}, "")


def test_a_copy_of_the_same_work_is_no_problem(tmp_path: Path, made: Made) -> None:
    files = {"ada/exercise.ipynb": by("ada"), "ada/exercise-Copy1.ipynb": by("ada")}
    assert cells(find(made(tmp_path, files), SLUG)) == {"ada": "ada"}


def test_of_two_notebooks_that_of_the_assignment_counts(tmp_path: Path, made: Made) -> None:
    files = {"ada/scratch.ipynb": by("notes", slug=None), "ada/work.ipynb": by("ada")}
    assert cells(find(made(tmp_path, files), SLUG)) == {"ada": "ada"}


def test_a_notebook_of_another_assignment_is_a_problem(tmp_path: Path, made: Made) -> None:
    files = {"ada.ipynb": by("ada", slug="01-mocks-lie"), "bob.ipynb": by("bob")}
    ada, bob = find(made(tmp_path, files), SLUG)
    assert ada.problem == (
        f"ada.ipynb is of another assignment, 01-mocks-lie: ask for that of {SLUG}."
    )
    assert bob.problem == ""


def test_a_notebook_that_is_none_is_a_problem(tmp_path: Path, made: Made) -> None:
    files = {"ada.ipynb": "{", "bob.ipynb": notebook(cell("# bob"))}
    ada, bob = find(made(tmp_path, files), SLUG)
    assert ada.problem.startswith("ada.ipynb is not a notebook that can be read")
    assert cells([bob]) == {"bob": "bob"}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("nothing", None, "There is no file"),
        ("nothing.zip", None, "There is no file"),
        ("broken.zip", "PK", "is no zip archive"),
        ("empty/notes.txt", "", "holds no notebook"),
        ("notes.txt", "", "holds no notebook"),
    ],
)
def test_a_source_without_submissions_gets_one_sentence(
    tmp_path: Path, name: str, content: str | None, said: str
) -> None:
    if content is not None:
        tree(tmp_path, {name: content})
    with pytest.raises(IntakeError, match=said) as caught:
        find(tmp_path / name.removesuffix("/notes.txt"), SLUG)
    assert "\n" not in str(caught.value)
