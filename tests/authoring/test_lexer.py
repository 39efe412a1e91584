"""The colors of a cell: options of a magic are told apart, so that a page may wrap between them."""

from pygments import lex
from pygments.token import Keyword, Name, Text

from nomocks.authoring.lexer import TestCellLexer

CELL = "%%ipytest -W ignore::UserWarning --fails test_a[b-c]:KeyError -x\ndef test_a(): pass\n"


def test_each_option_of_a_magic_is_one_piece_with_its_value() -> None:
    pieces = [text for kind, text in lex(CELL, TestCellLexer()) if kind in Text.Option]
    assert pieces == ["-W ignore::UserWarning", "--fails test_a[b-c]:KeyError", "-x"]


def test_what_follows_a_magic_is_python() -> None:
    tokens = list(lex(CELL, TestCellLexer()))
    assert (Keyword, "ipytest") in tokens
    assert (Name.Function, "test_a") in tokens
    assert "".join(text for _, text in tokens) == CELL
