"""Text that others wrote does nothing, and stays readable."""

import unicodedata

import pytest

from nomocks.grading.inert import clean, one_line


def test_only_characters_that_xml_and_a_terminal_take_are_left() -> None:
    every = "".join(chr(code) for code in range(0x11_0000))
    left = set(clean(every, len(every)))
    assert {one for one in left if unicodedata.category(one) == "Cc"} == {"\n", "\t"}
    assert {one for one in left if unicodedata.category(one) == "Cf"} == {"\u200c", "\u200d"}
    assert not left & {"\ufffe", "\uffff", "\ud800", "\u202e", "\u2066", "\ufeff"}
    "".join(left).encode()


@pytest.mark.parametrize(
    "text", ["Zoë 学生 محمد", "\u0645\u06cc\u200c\u062e", "naïve “quoted” \u00a0x", "a\n\tb", "🙂"]
)
def test_ordinary_writing_is_not_changed(text: str) -> None:
    assert clean(text) == text


def test_a_long_text_is_cut_and_says_so() -> None:
    assert clean("x" * 2_001) == "x" * 1_999 + "…"
    assert clean("x" * 2_000) == "x" * 2_000


def test_line_ends_are_made_alike_or_left_out() -> None:
    assert clean("a\r\nb\rc") == "a\nb\nc"
    assert one_line(" a \r\n\t b\u2028c ") == "a b c"
