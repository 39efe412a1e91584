"""The book, built once as `make book` builds it, in a folder of its own."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nomocks.authoring.building import INPUTS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def book_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of all that the book is made from."""
    folder = tmp_path_factory.mktemp("course")
    for path in (path for pattern in INPUTS for path in ROOT.glob(pattern)):
        if path.is_file() and "__pycache__" not in path.parts:
            copy = folder / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    return folder


@pytest.fixture(scope="session")
def site(book_folder: Path) -> Path:
    """The folder of the built pages."""
    done = nomocks("build", folder=book_folder)
    assert done.returncode == 0, done.stderr
    return book_folder / "_build" / "html"


def nomocks(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does, in a folder."""
    command = [Path(sys.executable).with_name("nomocks"), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
