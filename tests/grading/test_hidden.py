"""An assignment whose variants its teacher keeps, on the machine of a student."""

import gc
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from IPython.core.interactiveshell import InteractiveShell

from nomocks.cli import main
from nomocks.grading.autograder.packing import NEEDED
from nomocks.mutation.assignment import END_SOLUTION
from nomocks.mutation.hidden import GIVEN, Hidden, hidden_in
from tests.grading.conftest import EXERCISE, VARIANTS

GIVEN_CELL = """\
```{code-cell} ipython3
---
nbgrader:
  grade: false
  grade_id: given-names
  locked: true
---
def ann():
    return User(email="ann@example.com", name="Ann")
```

"""
SOLVED = """%%task users
async def test_an_email_belongs_to_one_user(session):
    session.add_all([ann(), ann()])
    with pytest.raises(IntegrityError):
        await session.flush()
"""
ROOT = Path(__file__).parents[2]
SENTENCE = "private is graded by your teacher, not here"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The teacher's private repository, with one assignment."""
    folder = tmp_path / "kept" / "solutions" / "private"
    folder.mkdir(parents=True)
    text = EXERCISE.replace("%assignment small", "%assignment private --hidden")
    before, after = text.split("```{code-cell} ipython3\n---\nnbgrader:\n  grade: false\n", 2)[1:]
    start = "```{code-cell} ipython3\n---\nnbgrader:\n  grade: false\n"
    (folder / "exercise.md").write_text(f"{start}{before}{GIVEN_CELL}{start}{after}")
    (folder / "variants.py").write_text(VARIANTS)
    return tmp_path / "kept"


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone of the course, with one assignment of its own, as the working directory."""
    folder = tmp_path / "clone"
    (folder / "solutions" / "small").mkdir(parents=True)
    (folder / "solutions" / "small" / "exercise.md").write_text(EXERCISE)
    (folder / "solutions" / "small" / "variants.py").write_text(VARIANTS)
    for name in ("_config.yml", "_toc.yml"):
        (folder / name).touch()
    monkeypatch.chdir(folder)
    return folder


def nomocks(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)))


@pytest.fixture
def released(kept: Path, clone: Path) -> Path:
    """What the teacher hands out, where a student has put it."""
    result = nomocks("release", "private", "--solutions", kept / "solutions")
    written = kept / "exercises" / "private" / "exercise.ipynb"
    assert (result.output, result.exit_code) == (f"{written} written.\n", 0)
    copy = clone / "exercises" / "private" / "exercise.ipynb"
    copy.parent.mkdir(parents=True)
    shutil.copyfile(written, copy)
    return copy


@pytest.fixture
def shell(released: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """The student's, in the folder of the notebook, and in the clone."""
    monkeypatch.chdir(released.parent)
    monkeypatch.setenv("IPYTHONDIR", str(released.parent))
    shell = InteractiveShell()
    yield shell
    shell.history_manager.end_session()
    del shell
    gc.collect()


def sources(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(path.read_text())["cells"]]


def answered(path: Path, answer: str) -> Path:
    """The same notebook with an answer in it."""
    notebook = json.loads(path.read_text())
    for cell in notebook["cells"]:
        if "".join(cell["source"]).startswith("%%task"):
            cell["source"] = answer
    path.write_text(json.dumps(notebook))
    return path


def test_the_students_notebook_says_it_and_holds_no_bug(released: Path) -> None:
    setup, given, answer, check = sources(released)
    assert hidden_in(setup) == "private"
    assert given.startswith(f"{GIVEN}def ann():")
    assert END_SOLUTION not in answer
    assert check == 'check("users")'
    assert "drop_" not in released.read_text()


def test_a_students_tests_run_with_the_given_code_and_nothing_is_graded(
    shell: InteractiveShell, released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    setup, given, _, check = sources(released)
    assert shell.run_cell(setup).success
    opened = capsys.readouterr().out
    assert SENTENCE in opened
    assert "PostgreSQL" in opened
    shell.run_cell(given)
    shell.run_cell(SOLVED)
    assert "1 passed" in capsys.readouterr().out
    result = shell.run_cell(check)
    said = capsys.readouterr()
    assert (result.success, result.result, said.out) == (True, None, "")
    assert said.err.startswith(SENTENCE)  # which nbgrader takes for an error, and not for points
    assert said.err.count("\n") == 1


def test_the_given_code_is_known_when_the_first_cell_is_run_again(
    shell: InteractiveShell, released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    setup, given, *_ = sources(released)
    for cell in (setup, given, given, setup, SOLVED):
        shell.run_cell(cell)
    assert "1 passed" in capsys.readouterr().out


def test_a_cell_without_a_test_gets_one_sentence(
    shell: InteractiveShell, released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell(sources(released)[0])
    capsys.readouterr()
    shell.run_cell("%%task users\nsize = 3\n")
    assert capsys.readouterr().out == "Python can read it. It holds no test.\n"


def test_where_the_teacher_has_the_variants_it_is_graded(
    shell: InteractiveShell,
    released: Path,
    kept: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("NOMOCKS_SOLUTIONS", str(kept / "solutions"))
    setup, given, _, check = sources(released)
    for cell in (setup, given, SOLVED):
        shell.run_cell(cell)
    assert shell.run_cell(check).result == 2.0
    assert SENTENCE not in capsys.readouterr().out


def test_the_check_in_a_terminal_says_it_in_one_sentence(released: Path) -> None:
    result = nomocks("check", released)
    assert result.output.startswith(f"nomocks: {SENTENCE}")
    assert result.output.count("\n") == 1
    assert result.exit_code == 2


def test_what_students_hand_in_is_graded_with_the_hidden_variants(
    released: Path, kept: Path, tmp_path: Path
) -> None:
    submitted = tmp_path / "handed-in" / "joan" / "exercise.ipynb"
    submitted.parent.mkdir(parents=True)
    shutil.copyfile(answered(released, SOLVED), submitted)
    options = ["--assignment", "private", "--solutions", kept / "solutions", "--unsafe"]
    options += ["--into", tmp_path / "graded", "--format", "markdown"]
    result = nomocks("grade", submitted.parents[1], *options)
    assert result.exit_code == 0, result.output
    (page,) = (tmp_path / "graded").rglob("*joan*.md")
    assert "2 of 3 points" in page.read_text()


def test_one_that_students_could_not_open_is_not_released(kept: Path, clone: Path) -> None:
    exercise = kept / "solutions" / "private" / "exercise.md"
    exercise.write_text(exercise.read_text().replace(" --hidden", ""))
    result = nomocks("release", "private", "--solutions", kept / "solutions")
    assert 'write "%assignment private --hidden" into its cell setup' in result.output
    assert result.exit_code == 1
    assert not (kept / "exercises").exists()
    shutil.move(kept / "solutions" / "private", clone / "solutions" / "private")
    assert nomocks("release", "private").exit_code == 0


@pytest.mark.usefixtures("clone")
def test_classroom_50_is_not_given_what_is_hidden(kept: Path, tmp_path: Path) -> None:
    options = ["--solutions", kept / "solutions", "--classroom50", tmp_path / "room"]
    result = nomocks("release", "private", *options)
    assert "Students can read what Classroom 50 runs" in result.output
    assert result.exit_code == 2
    assert not (tmp_path / "room").exists()


def test_nbgraders_source_and_gradescopes_zip_are_made_of_it(
    kept: Path, clone: Path, tmp_path: Path
) -> None:
    course, archive = tmp_path / "course", tmp_path / "auto.zip"
    for name in NEEDED:
        (clone / name).touch()
    options = ["--solutions", os.path.relpath(kept / "solutions"), "--nbgrader", course]
    result = nomocks("release", "private", *options, "--gradescope", archive)
    assert result.exit_code == 0, result.output
    assert (course / "source" / "private" / "exercise.ipynb").is_file()
    assert f"NOMOCKS_SOLUTIONS={kept / 'solutions'} set" in result.output
    with zipfile.ZipFile(archive) as made:
        assert "solutions/private/variants.py" in made.namelist()


@pytest.mark.parametrize(
    ("source", "slug"),
    [
        ("%assignment private --hidden\n\nimport os", "private"),
        ("%load_ext nomocks.grading\n%assignment a-b  --hidden ", "a-b"),
        ("%assignment private", None),
        ("%assignment private --hiddenly", None),
        ("# %assignment private --hidden", None),
    ],
)
def test_a_cell_says_whether_variants_are_hidden(source: str, slug: str | None) -> None:
    assert hidden_in(source) == slug


def test_of_a_cell_that_changes_nothing_is_kept_twice() -> None:
    hidden = Hidden("private")
    for cell in ("%assignment private --hidden\nx = 1", f"{GIVEN}y = 2", "z = 3", f"{GIVEN}y = 2"):
        hidden.take(cell)
    assert hidden.preamble == f"x = 1\n\n\n{GIVEN}y = 2\n"


def test_the_teachers_page_quotes_what_students_read() -> None:
    page = (ROOT / "book" / "C-teaching.md").read_text("utf-8")
    assert str(Hidden("week-3")) in " ".join(page.replace("\n> ", " ").split())
