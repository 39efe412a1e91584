"""What `make book` says and does."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import nomocks


def test_a_build_ends_with_a_summary_and_a_second_one_runs_nothing(
    site: Path, book_folder: Path
) -> None:
    done = nomocks("build", folder=book_folder)
    assert done.returncode == 0
    chapters, server, seconds, index = done.stdout.splitlines()
    assert "chapters, " in chapters
    assert "no notebook had to run again" in chapters
    assert server.startswith("PostgreSQL ")
    assert seconds.endswith(" s")
    assert Path(index) == site / "index.html"


@pytest.fixture
def small_book(book_folder: Path, tmp_path: Path) -> Path:
    """A course of a landing page alone."""
    for name in ("_config.yml", "book/_static"):
        source = book_folder / name
        copy = shutil.copytree if source.is_dir() else shutil.copyfile
        (tmp_path / name).parent.mkdir(exist_ok=True)
        copy(source, tmp_path / name)
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: book/index\n")
    (tmp_path / "book/index.md").write_text("# A page\n\nText.\n")
    return tmp_path


def test_a_warning_of_sphinx_fails_the_build_and_names_file_and_line(small_book: Path) -> None:
    (small_book / "book/index.md").write_text("# A page\n\n```{nothing}\n```\n")
    done = nomocks("build", folder=small_book)
    assert done.returncode == 1
    assert "book/index.md:3: WARNING" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_failing_test_fails_the_build_with_its_report(small_book: Path) -> None:
    (small_book / "book/index.md").write_text(
        "---\nfile_format: mystnb\nkernelspec: {name: python3, display_name: Python 3}\n---\n"
        "# A page\n\n```{code-cell}\n%load_ext nomocks.testing\n```\n\n"
        "```{code-cell}\n%%ipytest\ndef test_sum():\n    assert 1 + 1 == 3\n```\n"
    )
    done = nomocks("build", folder=small_book)
    assert done.returncode == 1
    assert "book/index.md, the cell at line" in done.stderr
    assert "assert (1 + 1) == 3" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (small_book / "_build/html/index.html").exists()


def test_outside_a_clone_the_command_says_where_to_go(tmp_path: Path) -> None:
    done = nomocks("build", folder=tmp_path)
    assert done.returncode != 0
    assert "is not inside a clone of the course" in done.stderr
