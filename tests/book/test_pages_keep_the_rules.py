"""Each page of the book, and each exercise: its parts, numbers, failures, links and spelling."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from nomocks.authoring.building import INPUTS
from nomocks.authoring.chapters import Chapter
from nomocks.mutation.assignment import read

from .claims import claims, declared, lack_of
from .conftest import ROOT, Book
from .failing import let_pass, unstated
from .links import broken
from .numerals import figures, unproved, values
from .page import Page, read_page
from .parts import lacking, missing_assignment, missing_parts, spelled_otherwise, too_large
from .shown import badly_pictured, shown_by
from .spelling import lack_of_hunspell, misspelled

PAGES = sorted((ROOT / "book").glob("*.md"))
CHAPTERS = [path for path in PAGES if path.stem[0].isdigit()]
EXERCISES = sorted((ROOT / "solutions").glob("*/exercise.md"))
page_of = cache(read_page)


def name_of(path: Path) -> str:
    return path.parent.name if path.name == "exercise.md" else path.stem


each_page = pytest.mark.parametrize("path", PAGES, ids=name_of)
each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=name_of)
each_text = pytest.mark.parametrize(
    "path", [*PAGES, *EXERCISES], ids=lambda path: f"{path.parent.name}-{path.stem}"
)


def none(problems: Iterable[str]) -> None:
    found = list(problems)
    assert not found, "\n".join(["", *found])


def shown(book: Book, page: Page) -> dict[int, str]:
    """What each cell of a page showed, by the cell's line. A page may have none."""
    if not page.cells:
        return {}
    outputs = [shown_by(cell) for cell in book.cells(page.path.stem)]
    return {cell.line: text for cell, text in zip(page.cells, outputs, strict=True)}


def may_skip(chapter: str) -> frozenset[str]:
    return frozenset(one.cell for one in claims() if one.chapter == chapter and one.needs)


def patterns_of(chapter: str) -> dict[str, list[str]]:
    """The patterns that the output of each cell must match."""
    found: dict[str, list[str]] = {}
    for one in claims():
        if one.chapter == chapter:
            found.setdefault(one.cell, []).extend(one.output)
    return found


@each_chapter
def test_a_chapter_has_its_parts_in_their_order(path: Path) -> None:
    none(missing_parts(page_of(path)))


@each_chapter
def test_a_chapter_has_an_assignment(path: Path) -> None:
    none(missing_assignment(page_of(path), ROOT))


@pytest.mark.parametrize("path", EXERCISES, ids=name_of)
def test_an_assignment_is_large_enough(path: Path) -> None:
    none(lacking(read(path.parent)))


@each_chapter
def test_the_solution_of_each_task_is_claimed(path: Path) -> None:
    claimed = {one.cell for one in claims() if one.chapter == path.stem}
    solutions = [cell for cell in page_of(path).cells if cell.part == "Your turn" and cell.hidden]
    assert [cell.name for cell in solutions if cell.name not in claimed] == []


@each_chapter
def test_a_chapter_has_a_picture_and_each_is_described(book: Book, path: Path) -> None:
    none(badly_pictured(book.cells(path.stem)))


@each_chapter
def test_a_build_looks_at_all_that_a_chapter_reads(path: Path) -> None:
    looked_at = {file for pattern in INPUTS for file in ROOT.glob(pattern)}
    assert set(Chapter(ROOT, path).reads()) - looked_at == set()


@each_page
def test_a_cell_fits_on_a_screen(path: Path) -> None:
    none(too_large(page_of(path)))


@each_text
def test_asynchronous_fixtures_are_spelled_in_one_way(path: Path) -> None:
    none(spelled_otherwise(page_of(path)))


@each_page
def test_no_code_is_shown_that_was_not_run(path: Path) -> None:
    text = path.read_text("utf-8")
    shown = re.findall(r"^(?:```+|:::+|~~~+)\s*(python3?|py|ipython3?|pycon)\b", text, re.M)
    assert shown == []


@each_page
def test_no_failure_is_let_pass(path: Path) -> None:
    none(let_pass(page_of(path), may_skip(path.stem)))


@each_page
def test_no_cell_shows_a_failure_that_it_does_not_state(book: Book, path: Path) -> None:
    page, skipped = page_of(path), may_skip(path.stem)
    printed, patterns = shown(book, page), patterns_of(path.stem)
    wrong = [
        sentence
        for cell in page.cells
        for sentence in unstated(
            cell, printed[cell.line], patterns.get(cell.name, ()), cell.name in skipped
        )
    ]
    none(wrong)


@each_page
def test_every_number_of_the_prose_is_computed_or_explained(book: Book, path: Path) -> None:
    page, own = page_of(path), [one for one in claims() if one.chapter == path.stem]
    if lack := "; ".join(filter(None, map(lack_of, {one.needs for one in own if one.needs}))):
        pytest.skip(lack)  # what its cells would print there is not here
    patterns = [pattern for one in own for pattern in (*one.output, *one.source)]
    others = figures(page, ROOT) | values(" ".join(patterns).replace("\\", ""))
    none(unproved(page, shown(book, page), others, declared(path.stem)))


@each_text
def test_every_link_of_the_source_holds(path: Path) -> None:
    none(broken(page_of(path), ROOT))


@each_text
def test_a_page_is_spelled_right(path: Path) -> None:
    if lack := lack_of_hunspell():
        pytest.skip(lack)
    none(misspelled(page_of(path)))
