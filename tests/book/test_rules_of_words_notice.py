"""The rules over numbers, links and spelling notice what breaks them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from . import spelling
from .conftest import Write
from .links import broken
from .numerals import Declared, figures, unproved
from .spelling import lack_of_hunspell, misspelled


def said(rule: Callable[..., object], *arguments: object) -> str:
    return "\n".join(rule(*arguments))


@pytest.mark.parametrize(
    ("old", "new", "number"),
    [
        ("sells 12 lamps", "sells 1,200 lamps", "1,200"),
        ("sends 3 statements", "sends 4 statements", "4"),
        ("sent three times", "sent five times", "five times"),
        ("sent three times", "sent twice as often", "twice as"),
        ("Use a loop.", "Use 0.42 s.", "0.42"),
        ("The same holds.", "`Numeric(10, 4)` holds.", "Numeric(10, 4)"),
        ("If you use SQLModel", "If you use 7 of them", "7"),
    ],
)
def test_a_number_that_stands_nowhere_is_noticed(
    write: Write, old: str, new: str, number: str
) -> None:
    page = write(old, new)
    assert f": {number}, in: " in said(unproved, page, {})
    assert unproved(page, {}, (), [Declared(number, "the manual says so")]) == []
    assert "without a reason" in said(unproved, page, {}, (), [Declared(number, " ")])


def test_a_number_may_be_printed_measured_or_of_a_version(write: Write, tmp_path: Path) -> None:
    page = write("sells 12 lamps", "sells 1,200 lamps")
    assert unproved(page, {page.cells[1].line: "1200 lamps"}) == []
    page = write("sells 12 lamps", "takes 5.88 ms")
    page.meta["reads"] = ["results.json"]
    (tmp_path / "results.json").write_text(json.dumps([{"median": 5.88, "ratio": None}]))
    assert unproved(page, {}, figures(page, tmp_path)) == []
    assert unproved(write("12 lamps", "PostgreSQL 17 and 18, new in 2.1"), {}) == []


def test_a_small_number_of_another_part_proves_nothing(write: Write) -> None:
    page = write("The shop sells 12", "The shop sells 3 of 12")
    assert "line 8: 3, in: " in said(unproved, page, {})


def test_a_declaration_that_is_not_needed_is_noticed(write: Write) -> None:
    assert "a cell has it" in said(unproved, write(), {}, (), [Declared("12", "a dozen")])
    assert "does not have it" in said(unproved, write(), {}, (), [Declared("13", "a dozen")])


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("made-up.md#a-part", "other.md", "other.md leads nowhere"),
        ("made-up.md#a-part", "#another-part", "#another-part leads nowhere"),
        ("made-up.md#a-part", "https://example.org", "does not stand in References"),
        ("https://www", "http://www", "is not https"),
        ("The same holds.", "It is in `src/shop/nothing.py`.", "no file src/shop/nothing.py"),
    ],
)
def test_a_broken_link_is_noticed(write: Write, old: str, new: str, sentence: str) -> None:
    page = write(old, new)
    assert sentence in said(broken, page, page.path.parents[1])


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("lamps. [", "lamsp. [", "lamsp"),
        ("# 12 of", "# colour of", "colour"),
        ("has no lamps", "hasnt a lamp", "hasnt"),
        ("If you use SQLModel", "If you utilyze it", "utilyze"),
        ("print(3)", 'Markdown(f"Mesured {3} times `mesurd`.")', "Mesured"),
    ],
)
def test_a_misspelled_word_is_noticed(write: Write, old: str, new: str, word: str) -> None:
    if lack := lack_of_hunspell():
        pytest.skip(lack)
    assert misspelled(write()) == []
    (found,) = misspelled(write(old, new))
    assert found.endswith(f": {word}")


def test_code_is_not_taken_for_words(write: Write) -> None:
    if lack := lack_of_hunspell():
        pytest.skip(lack)
    code = "It's `xyzzy`, xy_zzy, xyzzy(), shop.xyzzy, an XyzzyError, and Python's 5xyzzy."
    assert misspelled(write("The same holds.", code)) == []


def test_our_own_words_are_sorted_and_no_dictionary_has_them() -> None:
    words = spelling.WORDS.read_text("utf-8").split()
    assert words == sorted(set(words))
    if lack := lack_of_hunspell():
        pytest.skip(lack)
    assert spelling.hunspell("\n".join(words), None) == words


def test_without_hunspell_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert "install hunspell and hunspell-en-us" in lack_of_hunspell()
