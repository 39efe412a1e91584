"""A chapter's cells really show, on a running server, what the course promises."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from nomocks.authoring import recorded

from .claims import HERE, Claim, claims, lack_of, not_shown, unclaimed
from .conftest import ROOT, SERVERS, Book, asked_for
from .shown import all_of, text_of

REQUIRED: dict[str, list[str]] = tomllib.loads((HERE / "required.toml").read_text("utf-8"))
LISTED = re.findall(r"file: book/(\d\S+)", (ROOT / "_toc.yml").read_text("utf-8"))
each_chapter = pytest.mark.parametrize(
    "path", [ROOT / f"book/{name}.md" for name in LISTED], ids=LISTED
)


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


@each_chapter
def test_a_chapter_says_on_which_server_it_ran(book: Book, path: Path) -> None:
    assert any(book.server in text_of(cell) for cell in book.cells(path.stem))


@each_chapter
def test_a_chapter_shows_the_same_on_every_server(
    run_on: Callable[[str], Book], path: Path
) -> None:
    books = [run_on(kind) for kind in SERVERS]
    servers = re.compile("|".join(re.escape(book.server) for book in books))
    for cells in zip(*(book.cells(path.stem) for book in books), strict=True):
        one, other = (servers.sub("PostgreSQL", all_of(cell)) for cell in cells)
        assert one == other, cells[0].source


@each_chapter
def test_what_needs_mariadb_is_recorded_as_it_is_shown(book: Book, path: Path) -> None:
    needing = {claim.chapter for claim in claims() if claim.needs == "mariadb"}
    if path.stem in needing and (lack := lack_of("mariadb")):
        pytest.skip(lack)
    wrong = list(recorded.changed(path, book.runs[path.stem].notebook))
    assert not wrong, "\n".join(["", *wrong])


@each_chapter
def test_a_chapter_runs_tests(book: Book, path: Path) -> None:
    assert book.runs[path.stem].tests > 0


def test_only_the_chapters_that_selected_tests_look_at_are_run() -> None:
    def item(fixture: str, **params: object) -> SimpleNamespace:
        return SimpleNamespace(fixturenames=[fixture], callspec=SimpleNamespace(params=params))

    claim, path = Claim("02-two", "x", "y", "z"), Path("book/03-three.md")
    items = [item("run_on", claim=claim), item("run_on", path=path), item("path", path=Path("4"))]
    assert asked_for([*items, SimpleNamespace()]) == {"02-two", "03-three"}
