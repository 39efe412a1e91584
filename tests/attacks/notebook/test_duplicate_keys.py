"""A key that is there twice would mean one thing to us and another to JupyterLab."""

from pathlib import Path

import pytest

from tests.attacks.notebook.neighbors import handed_in
from tests.batch.handed_in import notebook


@pytest.mark.parametrize("key", ["cells", "metadata", "source", "grade_id", "outputs"])
def test_a_key_that_is_there_twice_is_refused(tmp_path: Path, key: str) -> None:
    hostile = notebook().replace(f'"{key}":', f'"{key}": "first", "{key}":', 1)
    assert "a key is there twice" in handed_in(tmp_path, hostile).problem


def test_a_key_that_is_written_in_two_ways_is_the_same(tmp_path: Path) -> None:
    hostile = notebook().replace('"cells":', '"c\\u0065lls": [], "cells":')
    assert "a key is there twice" in handed_in(tmp_path, hostile).problem
