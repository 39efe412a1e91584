"""What is no JSON in UTF-8, or no notebook of the format 4, is one problem each."""

import json
from pathlib import Path

import pytest

from tests.attacks.notebook.neighbors import handed_in
from tests.batch.handed_in import Content, by, notebook

VALID = notebook()


@pytest.mark.parametrize(
    ("hostile", "said"),
    [
        ("", "no JSON"),
        (VALID[:-1], "no JSON"),
        (VALID + VALID, "no JSON"),
        ("null", "no JSON object"),
        (b"\0" * 100, "no JSON"),
        (b"\x7fELF\xff", "not text in UTF-8"),
        (VALID.encode("utf-16"), "not text in UTF-8"),
        (VALID.encode("utf-32"), "not text in UTF-8"),
        (VALID.encode() + b'"\xed\xa0\x80"', "not text in UTF-8"),
        (notebook(x="HERE").replace('"HERE"', "NaN"), "NaN is no number"),
        (notebook(x="HERE").replace('"HERE"', "-Infinity"), "-Infinity is no number"),
        (json.dumps({"nbformat": 3, "worksheets": []}), "no list of cells in the format 4"),
        (json.dumps({"nbformat": "4", "cells": []}), "no list of cells in the format 4"),
        (json.dumps({"nbformat": 4, "cells": {"0": 1}}), "no list of cells in the format 4"),
    ],
)
def test_it_is_one_problem(tmp_path: Path, hostile: Content, said: str) -> None:
    assert said in handed_in(tmp_path, hostile).problem


@pytest.mark.parametrize("minor", [0, 2, 4, 5, 99])
def test_each_notebook_of_the_format_4_is_taken(tmp_path: Path, minor: int) -> None:
    honest = by("mallory").replace('"nbformat_minor": 5', f'"nbformat_minor": {minor}')
    assert handed_in(tmp_path, honest).cells == {"users": "# mallory"}


def test_a_mark_of_the_byte_order_does_no_harm(tmp_path: Path) -> None:
    assert handed_in(tmp_path, by("mallory").encode("utf-8-sig")).problem == ""
