"""A clone with one chapter and one small assignment, and the commands run in it."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner, Result
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from nomocks.authoring.release import release
from nomocks.cli import main
from nomocks.learning.folder import Folder
from tests.grading.conftest import small  # noqa: F401, a fixture

SOLVED = """\
%%task users
async def test_an_email_belongs_to_one_user(session):
    session.add_all([User(email="a@b.c", name="A"), User(email="a@b.c", name="B")])
    with pytest.raises(IntegrityError):
        await session.flush()


async def test_a_user_has_a_name(session):
    session.add(User(email="a@b.c"))
    with pytest.raises(IntegrityError):
        await session.flush()
"""
HALF = SOLVED.partition("\n\n\n")[0]
Nomocks = Callable[..., Result]


@pytest.fixture
def folder(small, monkeypatch) -> Folder:  # noqa: F811
    """The learner's folder of that clone, before there is any."""
    root = small.folder.parent.parent
    for name in ("_config.yml", "_toc.yml"):
        (root / name).touch()
    release(root / "solutions")
    write_chapter(root, "print(1)")
    monkeypatch.chdir(root)
    return Folder(root)


def write_chapter(root: Path, *codes: str) -> None:
    """A chapter of the course, or a new edition of it."""
    cells = [new_markdown_cell("# One"), *map(new_code_cell, codes)]
    (root / "notebooks").mkdir(exist_ok=True)
    nbformat.write(new_notebook(cells=cells), root / "notebooks" / "01-one.ipynb")


@pytest.fixture
def nomocks(folder: Folder) -> Nomocks:  # noqa: ARG001
    """Run the command; ``code`` is how it must end."""

    def run(*arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == code, result.output
        return result

    return run


def write_answer(path: Path, answer: str, task: str = "users") -> None:
    """What a learner does: another text in the cell of a task, saved."""
    notebook = nbformat.read(path, 4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == task:
            cell.source = answer
    nbformat.write(notebook, path)


def sources(path: Path) -> list[str]:
    """The texts of a notebook's cells."""
    return [cell.source for cell in nbformat.read(path, 4).cells]
