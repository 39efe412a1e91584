"""``nomocks release``: the student's notebook from the author's text, or one sentence why not."""

import json
from collections.abc import Callable
from pathlib import Path

import jupytext
import pytest
from click.testing import CliRunner, Result

from nomocks.authoring.release import STUB, released_notebook
from nomocks.cli import main
from nomocks.mutation.assignment import read
from tests.grading.conftest import EXERCISE, VARIANTS

Edit = Callable[[str, str, str], None]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone of a course with one small assignment, as the working directory."""
    folder = tmp_path / "solutions" / "small"
    folder.mkdir(parents=True)
    (folder / "exercise.md").write_text(EXERCISE)
    (folder / "variants.py").write_text(VARIANTS)
    (tmp_path / "_config.yml").touch()
    (tmp_path / "_toc.yml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def edit(root: Path) -> Edit:
    """Exchanges a text in a file of the assignment, which must hold it."""

    def edit(file: str, old: str, new: str) -> None:
        path = root / "solutions" / "small" / file
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))

    return edit


def release(*options: str) -> Result:
    return CliRunner().invoke(main, ["release", *options])


def test_the_students_notebook_has_stubs_and_no_solution(root: Path) -> None:
    assert release().exit_code == 0
    text = (root / "exercises" / "small" / "exercise.ipynb").read_text()
    notebook = json.loads(text)
    answer = notebook["cells"][1]
    assert "".join(answer["source"]) == f"%%task users\n{STUB}"
    assert "SOLUTION" not in text
    assert notebook["metadata"]["nomocks"] == {"assignment": "small"}
    assert [cell["outputs"] for cell in notebook["cells"]] == [[], [], []]


def test_nbgrader_finds_its_metadata_and_locked_cells_stay_locked(root: Path) -> None:
    notebook = json.loads(released_notebook(read(root / "solutions" / "small")))
    setup, answer, check = [cell["metadata"] for cell in notebook["cells"]]
    assert check["nbgrader"]["points"] == 3
    assert (check["editable"], setup["editable"]) == (False, False)
    assert answer["nbgrader"]["solution"] is True
    assert "editable" not in answer


def test_released_twice_it_is_the_same_to_the_byte(root: Path) -> None:
    assignment = read(root / "solutions" / "small")
    assert released_notebook(assignment) == released_notebook(assignment)


def test_an_id_stays_when_another_cell_changes(root: Path, edit: Edit) -> None:
    folder = root / "solutions" / "small"
    before = json.loads(released_notebook(read(folder)))
    edit("exercise.md", "import asyncio, os, time", "import asyncio")
    after = json.loads(released_notebook(read(folder)))
    same = [old["id"] == new["id"] for old, new in zip(*(n["cells"] for n in (before, after)))]  # noqa: B905
    assert same == [False, True, True]


def test_check_names_a_file_that_differs_and_writes_nothing(root: Path) -> None:
    result = release("--check")
    assert "exercises/small/exercise.ipynb differs: run nomocks release." in result.output
    assert result.exit_code == 1
    assert not (root / "exercises").exists()
    release()
    assert release("--check").exit_code == 0


def test_check_names_a_notebook_without_a_source(root: Path) -> None:
    release()
    stray = root / "exercises" / "old" / "exercise.ipynb"
    stray.parent.mkdir()
    stray.touch()
    result = release("--check")
    assert "exercises/old/exercise.ipynb has no source" in result.output
    assert result.exit_code == 1


@pytest.mark.usefixtures("root")
def test_an_unknown_slug_gets_one_sentence() -> None:
    result = release("nothing")
    assert "There is no solutions/nothing/exercise.md: the assignments are small." in result.output
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("exercise.md", "### BEGIN SOLUTION\n", "", "solution outside"),
        ("exercise.md", "### BEGIN SOLUTION", "x = 1\n### BEGIN SOLUTION", "solution outside"),
        ("exercise.md", "### END SOLUTION\n", "", "solution outside"),
        ("exercise.md", "  solution: true\n", "", "not marked solution"),
        ("exercise.md", "  points: 3\n", "", "has no points"),
        ("exercise.md", "points: 3", "points: 4", "gives 4 points, and its task 3"),
        ("exercise.md", "%%task users", "%%task people", 'no task "people"'),
        ("exercise.md", 'check("users")', 'check("people")', 'no task "people"'),
        ("exercise.md", 'check("users")', "None", 'must end with check("TASK")'),
        ("exercise.md", "grade_id: check-users", "grade_id: users", "2 cells have the grade_id"),
        ("exercise.md", "grade_id: setup", "grade_id: start", 'has the grade_id "setup"'),
        ("exercise.md", "async def test_a_user_has", "async def test_every", "there is no test"),
        ("variants.py", '("Leave the name out.",)', "()", 'mutant "nameless" has no hint'),
        (
            "variants.py",
            '"twice",\n            "users"',
            '"twice",\n            "x"',
            "unknown task",
        ),
        (
            "variants.py",
            '(Task("users", "Users"),)',
            '(Task("a", ""), Task("users", ""))',
            "no mut",
        ),
        (
            "variants.py",
            '"twice",\n            "a uni',
            '"once",\n            "a uni',
            "unknown mut",
        ),
        (
            "variants.py",
            '"nameless"',
            '"twice"',
            "has several variants 'twice' in the task 'users'",
        ),
        ("variants.py", '"by-index"', '"renamed"', "has several variants 'renamed' in the task"),
        ("variants.py", "VARIANTS =", "OTHERS =", "sets no VARIANTS"),
        ("variants.py", "from", "From", "can't be read"),
    ],
)
def test_what_is_not_fit_is_refused_with_a_sentence(
    root: Path, edit: Edit, file: str, old: str, new: str, said: str
) -> None:
    edit(file, old, new)
    result = release()
    assert said in result.output
    assert result.exit_code != 0
    assert not (root / "exercises").exists()


def test_the_cells_read_without_jupytext_are_those_that_jupytext_reads(root: Path) -> None:
    for folder in (
        root / "solutions" / "small",
        Path(__file__).parents[2] / "solutions" / "07-constraints",
    ):
        notebook = jupytext.read(folder / "exercise.md", fmt="md:myst")
        code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
        assert [cell.source for cell in read(folder).cells] == code
