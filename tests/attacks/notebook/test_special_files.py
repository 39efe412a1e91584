"""A pipe, a device or a socket in place of a notebook is never opened, and nobody waits for it."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from nomocks.grading.batch.found import find
from nomocks.grading.intake import IntakeError, read_submission
from tests.attacks.notebook.neighbors import beside_ada
from tests.batch.handed_in import SLUG


@pytest.fixture(params=["pipe", "socket"])
def special(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Something in place of mallory's notebook."""
    path = tmp_path / "mallory.ipynb"
    if request.param == "pipe":
        os.mkfifo(path)
        yield path
        return
    monkeypatch.chdir(tmp_path)  # as the name of a socket may not be long
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path.name)
        yield path


def test_it_is_one_problem(special: Path) -> None:
    assert "mallory.ipynb is no regular file" in beside_ada(special.parent).problem


def test_a_folder_in_place_of_a_notebook_is_one_problem(tmp_path: Path) -> None:
    (tmp_path / "mallory.ipynb").mkdir()
    assert "has handed in no notebook" in beside_ada(tmp_path).problem


def test_it_is_not_read_if_it_is_what_is_pointed_at(special: Path) -> None:
    with pytest.raises(IntakeError):
        find(special, SLUG)
    with pytest.raises(IntakeError, match="can't be read"):
        read_submission(special)


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/tty", "/dev/stdin"])
def test_a_device_is_not_read(device: str) -> None:
    with pytest.raises(IntakeError):
        find(Path(device), SLUG)
    if not Path(device).is_file():  # standard input may be one
        with pytest.raises(IntakeError):
            read_submission(Path(device))


def test_a_device_in_place_of_a_notebook_is_one_problem(tmp_path: Path) -> None:
    try:
        os.mknod(tmp_path / "mallory.ipynb", 0o20666, os.makedev(1, 5))  # as /dev/zero
    except PermissionError:  # only root makes devices, so nobody else hands one in
        return
    assert "is no regular file" in beside_ada(tmp_path).problem
