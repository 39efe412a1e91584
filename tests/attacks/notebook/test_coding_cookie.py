"""A line that declares another encoding would let Python run what nobody has read."""

import io
import tokenize

import pytest

from nomocks.mutation.source import module_of

HIDDEN = "+AGkAbQBwAG8AcgB0- os"  # a statement, in UTF-7


@pytest.mark.parametrize("line", ["# coding: utf-7", "# -*- coding: utf-7 -*-", "#coding=rot13"])
def test_it_declares_nothing(line: str) -> None:
    module = module_of("users", "", f"%%task users\n{line}\n{line}\n# {HIDDEN}\ndef test_a(): 1")
    assert module.tests == ("test_a",)
    content = io.BytesIO(module.text.encode())
    assert tokenize.detect_encoding(content.readline)[0] == "utf-8"
