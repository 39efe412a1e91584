"""A name with HTML in it stays text: reports escape it, and no path is made of it."""

from pathlib import Path

from nomocks.grading.batch.found import find
from tests.batch.handed_in import SLUG, by, zipped

NAME = "<script src='x.js'></script>"


def test_a_name_of_html_is_one_line_of_text_and_no_path(tmp_path: Path) -> None:
    files = {f"{NAME}_1_assignsubmission_file/x.ipynb": by("mallory"), "ada.ipynb": by("ada")}
    script, ada = find(zipped(tmp_path / "all.zip", files), SLUG)
    assert ada.student == "ada"
    assert script.student == "<script src='x.js'><"  # the rest was a folder's name
    assert script.path == tmp_path / "all.zip"
