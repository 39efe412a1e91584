"""What holds of every page: it is HTML, loads and runs nothing, and can be read without a picture.

And results of tests that need no server, because what each of them did is written down.
"""

import base64
import hashlib
import re
from collections.abc import Collection, Iterable
from itertools import pairwise
from xml.etree.ElementTree import Element

import html5lib

from nomocks.grading.result import Observed, State, TaskResult, judged
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.matrix import KillMatrix, Observation, Outcome

HTML = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section"),
    *("nav", "div", "p", "h1", "h2", "h3", "ul", "li", "dl", "dt", "dd", "details", "summary"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "a", "b", "bdi", "br", "code"),
    *("pre", "span", "strong"),
}
SVG = {"svg", "title", "desc", "rect", "circle", "line", "path", "text"}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "class", "id", "role", "tabindex"),
    *("scope", "href", "title", "colspan", "aria-label", "aria-labelledby", "aria-hidden"),
    *("viewBox", "width", "height", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "d"),
    *("transform", "pathLength", "stroke-dasharray"),
}
PASSED, FAILED = Observation(Outcome.PASSED), Observation(Outcome.FAILED, "AssertionError")


def sound(page: str) -> Element:
    """The page, read as strictly as a validator does; all that must hold of it is asserted."""
    page.encode("utf-8")
    root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    _does_nothing(root)
    _allows_nothing_but_its_style(root)
    _is_told_in_words(root)
    return root


def text_of(element: Element) -> str:
    """All text in an element, in one line."""
    return " ".join("".join(element.itertext()).split())


def first(root: Element, path: str) -> Element:
    """The first element at a path."""
    found = root.find(path)
    assert found is not None, f"{path} is not there"
    return found


def all_of(root: Element, name: str, css: str = "") -> list[Element]:
    """The elements of this name, and of this class."""
    found = [one for one in root.iter() if _name(one) == name]
    return [one for one in found if not css or css in (one.get("class") or "").split()]


def caught(assignment: Assignment, bugs: Collection[str]) -> TaskResult:
    """The result of one test a bug, which catches it if it is among these."""
    task = assignment.graded[0]
    against = assignment.against(task.name)
    matrix = KillMatrix(tuple(f"test_{one.name}" for one in against.mutants))
    for test in matrix.tests:
        for variant in (*against.correct, *against.mutants):
            own = test == f"test_{variant.name}" and variant.name in bugs
            matrix.add(test, variant.name, FAILED if own else PASSED)
    return judged(assignment, task, Observed(State.GRADED, "", matrix))


def _does_nothing(root: Element) -> None:
    for one in root.iter():
        in_svg = "{http://www.w3.org/2000/svg}" in str(one.tag)
        assert _name(one) in (SVG if in_svg else HTML), f"a <{_name(one)}> in the page"
        assert set(one.keys()) <= ATTRIBUTES, f"<{_name(one)}> has {sorted(one.keys())}"
        where = one.get("href", "#")
        assert re.fullmatch(r"#[\w-]+|#|students/[a-z0-9_.@+-]+\.html", where), where


def _allows_nothing_but_its_style(root: Element) -> None:
    first_of_head = list(first(root, "head"))[:2]
    assert [one.get("charset") for one in first_of_head] == ["utf-8", None]
    assert first_of_head[1].get("http-equiv") == "Content-Security-Policy"
    policy = (first_of_head[1].get("content") or "").split("; ")
    style = "".join(first(root, "head/style").itertext())
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy[:3] == ["default-src 'none'", f"style-src 'sha256-{digest}'", "img-src data:"]
    assert len(all_of(root, "style")) == 1
    assert not re.search(r"url\(|@import|expression|//", style)


def _is_told_in_words(root: Element) -> None:
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    for one in root.iter():
        for named in (one.get("aria-labelledby") or "").split():
            assert named in ids, f"{named} names nothing"
        if one.get("href", "").startswith("#"):
            assert one.get("href", "")[1:] in ids, f"{one.get('href')} leads nowhere"
        if one.get("role") in ("img", "region"):
            assert one.get("aria-label") or one.get("aria-labelledby")
    for svg in all_of(root, "svg"):
        assert svg.get("aria-hidden") == "true" or svg.get("role") == "img"
    for box in all_of(root, "div", "scroll"):
        assert (box.get("tabindex"), box.get("role")) == ("0", "region")
    for table in all_of(root, "table"):
        assert text_of(first(table, "caption"))
        assert all(one.get("scope") for one in all_of(table, "th"))
    for link in all_of(root, "a"):
        assert text_of(link)
    levels = [int(_name(one)[1]) for one in root.iter() if re.fullmatch("h[1-6]", _name(one))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def words(elements: Iterable[Element]) -> list[str]:
    """The text of each."""
    return [text_of(one) for one in elements]
