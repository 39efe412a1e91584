"""All that is written can be read: on a light page and on a dark one, at 4.5 to 1 or more."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter

from nomocks.grading.graded import Graded
from nomocks.grading.html import Report
from nomocks.grading.reports import class_page, page
from nomocks.grading.reveal import Reveal
from tests.reports.contrast import LEAST, contrasts, find_browser

Look = Callable[[str, str], dict[str, float]]
PLAIN = '<!DOCTYPE html><html><body style="{}">{}</body></html>'
DARK = "background: #16191d; color: #e6e6e6"


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """The contrast of each text of a page in a color scheme."""
    browser = find_browser()
    if browser is None:
        pytest.skip("no browser here: install Chromium")
    return lambda text, scheme: contrasts(browser, text, scheme, tmp_path)


def weak(found: dict[str, float]) -> dict[str, float]:
    assert found
    return {text: round(ratio, 2) for text, ratio in found.items() if ratio < LEAST}


@pytest.fixture
def cell(by_sort: dict[str, Graded]) -> str:
    """Results of all sorts as a notebook displays them."""
    sorts = ("full", "partial", "invalid", "no test", "all promises", "hostile answer")
    results = [result for sort in sorts for result in by_sort[sort].results]
    return "".join(Report(result)._repr_html_() for result in results)


@pytest.mark.parametrize("style", ["", DARK])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_result_on_a_plain_page_of_any_color(
    style: str, scheme: str, cell: str, look: Look
) -> None:
    assert weak(look(PLAIN.format(style, cell), scheme)) == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_result_in_an_exported_notebook(theme: str, cell: str, look: Look) -> None:
    output = nbformat.v4.new_output("display_data", {"text/html": cell})
    code = nbformat.v4.new_code_cell("", outputs=[output])
    text, _ = HTMLExporter(theme=theme).from_notebook_node(nbformat.v4.new_notebook(cells=[code]))
    assert weak(look(text, "light")) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("sort", ["full", "invalid", "inconsistent"])
def test_the_page_of_a_student(
    sort: str, scheme: str, by_sort: dict[str, Graded], look: Look
) -> None:
    assert weak(look(page.render(by_sort[sort], Reveal.DIFF), scheme)) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_of_a_class(scheme: str, small_class: list[Graded], look: Look) -> None:
    assert weak(look(class_page.render(small_class, Reveal.DIFF), scheme)) == {}


def test_a_weak_color_would_be_noticed(look: Look) -> None:
    found = look(PLAIN.format("color: #999", "<p>pale</p><p style='color: #111'>ink</p>"), "light")
    assert list(weak(found)) == ["pale (rgb(153, 153, 153))"]
