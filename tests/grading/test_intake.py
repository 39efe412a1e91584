"""Of a student's notebook only the text of known cells is taken; the rest can't do harm."""

import json
from pathlib import Path
from typing import Any

import pytest

from nomocks.grading import intake
from nomocks.grading.intake import IntakeError, read_submission


def cell(grade_id: str, source: Any = "x = 1", kind: str = "code") -> dict[str, Any]:
    metadata = {"nbgrader": {"grade_id": grade_id}}
    return {"cell_type": kind, "source": source, "metadata": metadata, "outputs": []}


def written(tmp_path: Path, content: object) -> Path:
    path = tmp_path / "submission.ipynb"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def notebook(*cells: object) -> dict[str, object]:
    named = {"nomocks": {"assignment": "07-constraints"}}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": named, "cells": list(cells)}


def test_code_cells_are_taken_by_their_id_and_nothing_else_is(tmp_path: Path) -> None:
    nameless = {"cell_type": "code", "source": "import os", "metadata": {}}
    text = cell("text", kind="markdown")
    found = read_submission(
        written(tmp_path, notebook(cell("a"), nameless, text, cell("b", ["1\n", "2"])))
    )
    assert found.cells == {"a": "x = 1", "b": "1\n2"}
    assert found.assignment == "07-constraints"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        ("[]", "no JSON object"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a": 1, "a": 2}', "a key is there twice"),
        ('{"a": NaN}', "NaN is no number"),
        ({"nbformat": 3, "worksheets": []}, "no list of cells"),
        ({"nbformat": 4, "cells": {}}, "no list of cells"),
        (notebook(cell("a", 7)), "a cell has no text"),
        (notebook(cell("a"), cell("a")), "two cells with the id 'a'"),
    ],
)
def test_a_file_that_is_no_notebook_gets_one_sentence(
    tmp_path: Path, content: object, said: str
) -> None:
    with pytest.raises(IntakeError, match=said) as caught:
        read_submission(written(tmp_path, content))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("broken", [None, 7, "text", [], {"metadata": 7}, {"cell_type": "code"}])
def test_cells_of_an_odd_shape_are_passed_over(tmp_path: Path, broken: object) -> None:
    assert read_submission(written(tmp_path, notebook(broken, cell("a")))).cells == {"a": "x = 1"}


def test_a_missing_file_gets_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match=r"There is no file .*gone.ipynb"):
        read_submission(tmp_path / "gone.ipynb")


def test_bytes_that_are_no_text_get_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.ipynb").write_bytes(b"\xff\xfe\xfa{}")
    with pytest.raises(IntakeError, match="can be read"):
        read_submission(tmp_path / "x.ipynb")


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x.ipynb"
    with path.open("wb") as file:
        file.truncate(intake.LARGEST + 1)
    with pytest.raises(IntakeError, match="larger than 10 MB"):
        read_submission(path)
