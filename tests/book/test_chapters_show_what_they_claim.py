"""A chapter's cells really show, on a running server, what the course promises."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import ROOT, SERVERS, Book, Claim, claims, text_of

REQUIRED: dict[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("required.toml").read_text("utf-8")
)
pytestmark = pytest.mark.xdist_group("book")
PAGES = sorted((ROOT / "book").glob("*.md"))


@pytest.mark.parametrize("claim", claims(), ids=str)
def test_the_cell_shows_the_technique(book: Book, claim: Claim) -> None:
    cell = book.cell(claim.chapter, claim.cell)
    for pattern in claim.output:
        assert re.search(pattern, text_of(cell), re.MULTILINE), (
            f"the cell {claim.cell} no longer prints {pattern!r}; it prints:\n{text_of(cell)}"
        )
    for pattern in claim.source:
        assert re.search(pattern, cell.source, re.MULTILINE), f"{pattern!r} is not in its source"
    assert claim.output or claim.source, "the claim says nothing that could be false"


@pytest.mark.parametrize("chapter", REQUIRED)
def test_every_technique_of_a_chapter_is_claimed(chapter: str) -> None:
    claimed = {claim.id for claim in claims() if claim.chapter == chapter}
    assert set(REQUIRED[chapter]) - claimed == set()


def test_every_chapter_claims_something() -> None:
    chapters = {page.stem for page in PAGES if page.stem[0].isdigit()}
    assert chapters == {claim.chapter for claim in claims()}


def test_every_chapter_says_on_which_server_it_ran(book: Book) -> None:
    for name in book.runs:
        assert any(book.server in text_of(cell) for cell in book.cells(name)), name


def test_a_chapter_prints_the_same_on_every_server(run_on: Callable[[str], Book]) -> None:
    one, other = (run_on(kind) for kind in SERVERS)
    for name in one.runs:
        for left, right in zip(one.cells(name), other.cells(name), strict=True):
            assert text_of(left).replace(one.server, other.server) == text_of(right)


def test_a_chapter_runs_tests_and_leaves_no_failure_unstated(book: Book) -> None:
    for name, run in book.runs.items():
        assert run.tests > 0, name
        for cell in book.cells(name):
            if re.search(r"\b\d+ failed\b", text_of(cell)):
                assert "--fails" in cell.source, f"{name}: {cell.source}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_code_is_shown_that_was_not_run(page: Path) -> None:
    fences = re.findall(
        r"^(?:```+|:::+|~~~+)\s*(python3?|py|ipython3?|pycon)\b", page.read_text("utf-8"), re.M
    )
    assert fences == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_cell_fits_on_a_screen(page: Path) -> None:
    cells = re.findall(r"^```\{code-cell\}.*?\n(.*?)^```", page.read_text("utf-8"), re.M | re.S)
    for cell in cells:
        if "hide-input" in cell or "remove-input" in cell or "hide-cell" in cell:
            continue
        lines = [line for line in cell.splitlines() if line and not line.startswith((":", "---"))]
        assert len(lines) <= 25, f"{len(lines)} lines:\n{cell}"
