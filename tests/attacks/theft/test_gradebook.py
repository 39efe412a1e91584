"""The gradebook, by the path that the attacker has heard of, read and written."""

import pytest

from tests.attacks.conftest import Attack

CELL = """\
import sqlite3

def test_gradebook():
    found = []
    for path in (PATH, f"/box/../{PATH}", f"/proc/self/root{PATH}", f"/proc/1/root{PATH}"):
        for mode in ("r", "w", "r+", "a"):
            try:
                open(path, mode).close()
                found.append((path, mode))
            except OSError:
                pass
        try:
            sqlite3.connect(f"file:{path}?mode=rw", uri=True).execute("SELECT 1 FROM grade")
            found.append(path)
        except sqlite3.Error:
            pass
    raise RuntimeError(found)
"""


def test_it_is_not_within_the_walls(
    attack: Attack, tmp_path_factory: pytest.TempPathFactory, secret: str
) -> None:
    book = tmp_path_factory.getbasetemp() / "gradebook.db"
    (test,) = attack(f"PATH = {str(book)!r}\n{CELL}").tests
    assert test.reason.startswith("RuntimeError: []")
    assert book.read_text() == secret
