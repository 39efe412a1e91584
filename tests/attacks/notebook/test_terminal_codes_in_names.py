"""Names can't move the cursor of a terminal, turn its text around, or begin another line."""

from pathlib import Path

import pytest

from nomocks.grading.batch.found import find
from tests.attacks.notebook.neighbors import beside_ada
from tests.batch.handed_in import SLUG, by, tree, zipped

CODES = ["\x1b[2J", "\x1b]0;title\x07", "\r", "\n", "\b", "\x9b2J", "\u202e", "\u2066", "\x7f"]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("content", [by("mallory"), "{"])
def test_no_code_is_left_in_a_folders_names(tmp_path: Path, code: str, content: str) -> None:
    tree(tmp_path, {f"mal{code}lory/x{code}y.ipynb": content})
    found = beside_ada(tmp_path)
    assert (found.student + found.problem).isprintable()
    assert found.student.startswith("mal")


@pytest.mark.parametrize("code", CODES)
def test_no_code_is_left_in_an_archives_names(tmp_path: Path, code: str) -> None:
    zipped(tmp_path / "all.zip", {f"mal{code}lory/x.ipynb": "{", "ada/x.ipynb": by("ada")})
    for found in find(tmp_path / "all.zip", SLUG):
        assert (found.student + found.problem).isprintable()


def test_a_name_that_is_no_text_is_shown_as_it_can_be(tmp_path: Path) -> None:
    (tmp_path / "mal\udcffory").mkdir()
    tree(tmp_path / "mal\udcffory", {"x.ipynb": "{"})
    found = beside_ada(tmp_path)
    (found.student + found.problem).encode()
