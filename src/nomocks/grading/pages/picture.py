"""The kill matrix as a picture: where each column, each test and each sign stands, in pixels."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from nomocks.grading.grid import word
from nomocks.grading.pages.telling import numbered
from nomocks.grading.result import TaskResult
from nomocks.grading.reveal import Reveal
from nomocks.mutation.judging import Verdict
from nomocks.mutation.variants import Reference, Twin

PITCH = 27  # from one column to the next
ROW = 28  # from one row to the next
GROUP = 14  # more space between groups of columns
TOP = 46  # of the first row, below the heads of the columns
LETTER = 6.7  # wide, on average
LONGEST = 46  # letters of a test's name that are shown; the table beside the picture has all


@dataclass(frozen=True)
class Column:
    """A variant. ``caught`` is None of a correct one."""

    variant: str
    label: str
    meaning: str
    x: int
    caught: bool | None = None


@dataclass(frozen=True)
class Line:
    """A test, and a sign in each column. ``counts`` is None when the whole task is void."""

    test: str
    counts: bool | None
    y: int
    signs: tuple[str, ...]  # passes, fails, catches, error, or "" where it was not run

    @property
    def label(self) -> str:
        """The name as the sentence that it is."""
        words = self.test.removeprefix("test_").replace("_", " ")
        return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


@dataclass(frozen=True)
class Picture:
    """Tests beside variants: the bugs first, then what is correct."""

    bugs: tuple[Column, ...]
    correct: tuple[Column, ...]
    lines: tuple[Line, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """All of them, from left to right."""
        return self.bugs + self.correct

    @property
    def signs(self) -> set[str]:
        """All that are in it."""
        return {sign for line in self.lines for sign in line.signs}

    @cached_property
    def names_width(self) -> int:
        """Of the tests' names."""
        return round(max((_width(line.label) for line in self.lines), default=0) + 34)

    @property
    def width(self) -> int:
        """Of the columns."""
        return max((column.x for column in self.columns), default=0) + PITCH

    @property
    def sums(self) -> int:
        """Where the row stands that says which bugs were caught."""
        return TOP + ROW * len(self.lines) + 6

    @property
    def height(self) -> int:
        """Of names and columns."""
        return self.sums + (ROW if self.bugs else 0)


def picture(result: TaskResult, reveal: Reveal) -> Picture | None:
    """Of a task whose tests were run; None of any other. It tells no more of bugs than it may."""
    if result.promises or not result.matrix.tests:
        return None
    bugs = tuple(
        Column(
            one.mutant.name,
            label,
            f"bug {label}" if label != "?" else "a bug that got past",
            index * PITCH,
            one.verdict is Verdict.KILLED,
        )
        for index, (label, one) in enumerate(numbered(result, reveal))
    )
    correct = tuple(_correct(result, len(bugs) * PITCH + (GROUP if bugs else 0)))
    lines = _lines(result, bugs + correct)
    return Picture(bugs, correct, tuple(lines))


def _correct(result: TaskResult, x: int) -> Iterator[Column]:
    kinds: tuple[tuple[str, tuple[Reference | Twin, ...]], ...] = (
        ("reference", result.against.references),
        ("twin", result.against.twins),
    )
    for kind, variants in kinds:
        for number, variant in enumerate(variants, 1):
            yield Column(variant.name, f"{kind[0].upper()}{number}", f"{kind} {number}", x)
            x += PITCH
        x += GROUP // 2


def _lines(result: TaskResult, columns: tuple[Column, ...]) -> Iterator[Line]:
    counts = {one.name: one.verdict is Verdict.VALID for one in result.tests}
    for index, test in enumerate(result.matrix.tests):
        signs = [_sign(result, test, column) for column in columns]
        yield Line(test, counts.get(test), TOP + index * ROW, tuple(signs))


def _sign(result: TaskResult, test: str, column: Column) -> str:
    failed = "fails" if column.caught is None else "catches"
    signs = {"passed": "passes", "failed": failed, "error": "error", "not run": ""}
    return signs[word(result.matrix.seen(test, column.variant))]


def _width(text: str) -> float:
    return LETTER * sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
