"""Markdown: the same as on the page, and no word of a student is markup."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from nomocks.grading.graded import Graded
from nomocks.grading.reports import markdown
from nomocks.grading.reveal import Reveal
from tests.reports.conftest import NASTY

PARTS = "h1 h2 p blockquote strong code pre table thead tbody tr th td ul li"
OURS = set(PARTS.split(" "))


class Tags(HTMLParser):
    """The elements of a page, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert {name for name, _ in attrs} <= {"class"}

    def handle_data(self, data: str) -> None:
        self.words += data


def shown(text: str) -> Tags:
    """The page that a viewer makes which lets all HTML through."""
    viewer = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return Tags(viewer.render(text))


def test_it_tells_the_points_the_bugs_the_tests_and_the_matrix(by_sort: dict[str, Graded]) -> None:
    page = shown(markdown.render(by_sort["partial"], Reveal.HINT)).words
    assert "small: bob" in page
    assert "1 of 3 points" in page
    assert "✗ not caught\nTwo users may have one email.\nnone" in page
    assert "✓ caught\nA user may have no name.\ntest_a_user_has_a_name" in page
    assert "Hint: The second hint." in page
    assert "test_a_user_has_a_name\n2 of 2\n1 of 1\n·\n✓" in page


def test_a_test_that_does_not_count_is_named_with_the_reason(by_sort: dict[str, Graded]) -> None:
    page = shown(markdown.render(by_sort["invalid"], Reveal.COUNT)).words
    assert "✗ test_a_user_is_there_from_the_start does not count" in page
    assert "assert 0 == 1" in page


@pytest.mark.parametrize("sort", ["inconsistent", "not graded", "unreadable"])
def test_an_open_mark_is_no_zero(sort: str, by_sort: dict[str, Graded]) -> None:
    page = shown(markdown.render(by_sort[sort], Reveal.HINT)).words
    assert "Not graded." in page
    assert "there are no points yet" in page
    assert "0 of 3 points" not in page


def test_a_late_one_says_so(by_sort: dict[str, Graded]) -> None:
    late = replace(by_sort["partial"], late=True)
    assert "Handed in late." in shown(markdown.render(late, Reveal.HINT)).words


def test_a_change_is_a_block_of_its_own(by_sort: dict[str, Graded]) -> None:
    text = markdown.render(by_sort["partial"], Reveal.DIFF)
    assert "```diff\nALTER TABLE users DROP CONSTRAINT uq_users_email;\n```" in text


@pytest.mark.parametrize("step", list(Reveal))
@pytest.mark.parametrize("sort", ["hostile", "hostile answer"])
def test_nothing_that_a_student_wrote_is_markup(
    sort: str, step: Reveal, by_sort: dict[str, Graded]
) -> None:
    page = shown(markdown.render(by_sort[sort], step))
    assert page.tags <= OURS
    assert not set(page.words) & set("\x00\x1b\r\u202e")
    if sort == "hostile":
        assert "<script>alert(1)</script>" in page.words


NESTED = [
    "|",
    "\\|",
    "\\\\|",
    "`",
    "``",
    "` | `",
    "\\`",
    "a`|<b>x</b>|`",
    "\\",
    "*a*",
    "<b>",
    "&lt;",
]
HEAD = "|a|b|\n|-|-|\n"


@pytest.mark.parametrize("text", [*NESTED, NASTY])
def test_a_text_in_a_cell_stays_in_its_cell(text: str) -> None:
    line = markdown._line((markdown._code_in_table(text), "z"))
    page = MarkdownIt("commonmark", {"html": True}).enable("table").render(HEAD + line)
    assert page.count("<td>") == 2
    assert "<td>z</td>" in page
    assert Tags(page).tags <= OURS
