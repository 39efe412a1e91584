"""A learner's copies: new editions reach them, and no word of the learner's is lost."""

import shutil
import subprocess
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell

from nomocks.learning.folder import Folder
from tests.learning.conftest import HALF, Nomocks, sources, write_answer, write_chapter


def given(folder: Folder, text: str) -> None:
    """A new edition of the assignment, with another text in a cell that is given."""
    path = folder.root / "exercises" / "small" / "exercise.ipynb"
    path.write_text(path.read_text().replace("import asyncio", text))


def test_every_notebook_is_copied_and_the_copies_are_as_deep(
    folder: Folder, nomocks: Nomocks
) -> None:
    assert "holds 2 notebooks for you" in nomocks("work").output
    assert sources(folder.path / "01-one.ipynb") == ["# One", "print(1)"]
    released = folder.root / "exercises" / "small" / "exercise.ipynb"
    assert sources(folder.exercise("small")) == sources(released)
    assert "is up to date" in nomocks("work").output


def test_a_copy_that_was_only_run_is_replaced_by_a_new_edition(
    folder: Folder, nomocks: Nomocks
) -> None:
    nomocks("work")
    copy = folder.path / "01-one.ipynb"
    notebook = nbformat.read(copy, 4)
    notebook.cells[1].execution_count = 7
    nbformat.write(notebook, copy)
    write_chapter(folder.root, "print(2)")
    assert nomocks("work").output == "work/01-one.ipynb has a new edition.\n"
    assert sources(copy) == ["# One", "print(2)"]


def test_a_chapter_that_was_changed_stays_until_it_is_reset(
    folder: Folder, nomocks: Nomocks
) -> None:
    nomocks("work")
    copy = folder.path / "01-one.ipynb"
    copy.write_text(copy.read_text().replace("print(1)", "print(111)"))
    write_chapter(folder.root, "print(2)")
    for _ in range(2):
        told = nomocks("work").output
        assert "yours has changes of your own, and stays" in told
        assert "nomocks reset 01-one" in told
        assert sources(copy) == ["# One", "print(111)"]
    told = nomocks("reset", "01-one").output
    (before,) = folder.path.glob("01-one.before-*.ipynb")
    assert before.name in told
    assert sources(before) == ["# One", "print(111)"]
    assert sources(copy) == ["# One", "print(2)"]
    assert "is up to date" in nomocks("work").output


def test_a_new_edition_of_an_assignment_holds_the_answers_and_the_learners_own_cells(
    folder: Folder, nomocks: Nomocks
) -> None:
    nomocks("work")
    copy = folder.exercise("small")
    write_answer(copy, HALF)
    notebook = nbformat.read(copy, 4)
    notebook.cells.insert(2, new_code_cell("my = 'note'"))
    nbformat.write(notebook, copy)
    given(folder, "import json, asyncio")
    told = nomocks("work").output
    (before,) = copy.parent.glob("exercise.before-*.ipynb")
    assert before.name in told
    setup, answer, mine, check = sources(copy)
    assert "import json, asyncio" in setup
    assert (answer, mine, check) == (HALF, "my = 'note'", 'check("users")')
    assert "import json" not in sources(before)[0]
    assert "is up to date" in nomocks("work").output


def test_a_copy_that_is_no_notebook_is_told_in_one_sentence_and_stays(
    folder: Folder, nomocks: Nomocks
) -> None:
    nomocks("work")
    copy = folder.path / "01-one.ipynb"
    copy.write_text("<<<<<<< mine")
    write_chapter(folder.root, "print(2)")
    told = nomocks("work", code=2)
    assert "can't be read as a notebook" in told.output
    assert "move it away" in told.output
    assert copy.read_text() == "<<<<<<< mine"


def test_an_assignment_whose_bugs_a_teacher_has_is_copied_and_counts_no_points(
    folder: Folder, nomocks: Nomocks
) -> None:
    exercises = folder.root / "exercises"
    shutil.copytree(exercises / "small", exercises / "week-3")
    assert "holds 3 notebooks" in nomocks("work").output
    assert folder.exercise("week-3").is_file()
    assert "0 of 1 tasks solved, 0 of 3 points." in nomocks("progress").output


def test_git_pull_neither_sees_nor_changes_what_a_learner_wrote(
    folder: Folder, nomocks: Nomocks, tmp_path: Path
) -> None:
    def git(where: Path, *arguments: str) -> str:
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        command = ("git", *identity, *arguments)
        return subprocess.run(command, cwd=where, check=True, capture_output=True, text=True).stdout

    upstream = tmp_path / "upstream"
    shutil.copy(Path(__file__).parents[2] / ".gitignore", folder.root)
    git(folder.root, "init", "--quiet")
    git(folder.root, "add", ".gitignore", "notebooks", "exercises", "solutions")
    git(folder.root, "commit", "--quiet", "--message", "one")
    git(tmp_path, "clone", "--quiet", str(folder.root), str(upstream))
    nomocks("work")
    write_answer(folder.exercise("small"), HALF)
    assert "work" not in git(folder.root, "status", "--porcelain")
    write_chapter(upstream, "print(2)")
    git(upstream, "commit", "--all", "--quiet", "--message", "two")
    git(folder.root, "pull", "--quiet", str(upstream))
    assert HALF in sources(folder.exercise("small"))
    assert nomocks("work").output == "work/01-one.ipynb has a new edition.\n"
    assert HALF in sources(folder.exercise("small"))
