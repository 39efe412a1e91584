"""A chapter's cells really show, on a running server, what the course promises."""

import re
import tomllib
from collections.abc import Callable

import pytest

from .claims import HERE, Claim, claims, lack_of, not_shown, unclaimed
from .conftest import ROOT, SERVERS, Book
from .shown import all_of, text_of

REQUIRED: dict[str, list[str]] = tomllib.loads((HERE / "required.toml").read_text("utf-8"))
LISTED = re.findall(r"file: book/(\d\S+)", (ROOT / "_toc.yml").read_text("utf-8"))
pytestmark = pytest.mark.xdist_group("book")


@pytest.mark.parametrize("claim", claims(), ids=str)
def test_the_cell_shows_the_technique(book: Book, claim: Claim) -> None:
    if claim.needs and (lack := lack_of(claim.needs)):
        pytest.skip(lack)
    cell = book.cell(claim.chapter, claim.cell)
    wrong = list(not_shown(claim, cell))
    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.parametrize("chapter", LISTED)
def test_every_technique_of_a_chapter_is_claimed(chapter: str) -> None:
    assert chapter in REQUIRED, "required.toml does not say what this chapter must show"
    own = [claim for claim in claims() if claim.chapter == chapter]
    assert unclaimed(REQUIRED[chapter], own) == set()


def test_every_chapter_claims_something_and_no_other_does() -> None:
    assert set(LISTED) == {claim.chapter for claim in claims()}


def test_every_chapter_says_on_which_server_it_ran(book: Book) -> None:
    for name in book.runs:
        assert any(book.server in text_of(cell) for cell in book.cells(name)), name


def test_a_chapter_shows_the_same_on_every_server(run_on: Callable[[str], Book]) -> None:
    books = [run_on(kind) for kind in SERVERS]
    servers = re.compile("|".join(re.escape(book.server) for book in books))
    for name in books[0].runs:
        for cells in zip(*(book.cells(name) for book in books), strict=True):
            one, other = (servers.sub("PostgreSQL", all_of(cell)) for cell in cells)
            assert one == other, f"{name}, {cells[0].source}"


def test_a_chapter_runs_tests(book: Book) -> None:
    assert [name for name, run in book.runs.items() if not run.tests] == []
