"""Figures: what a benchmark writes, and what the book and the tests read.

``results/<topic>.json`` holds a list of them, in the order in which they were measured.
"""

import json
import statistics
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.machine import machine, versions

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Figure:
    """The median of ``runs`` measurements in ``unit``, and how far they lie apart.

    ``ratio`` is how many times what ``against`` took in the same rounds: the median over the rounds
    of each one's ratio, so it need not equal the quotient of two medians.
    """

    name: str
    unit: str
    median: float
    min: float
    max: float
    runs: int
    against: str | None
    ratio: float | None
    machine: dict[str, str | int]
    versions: dict[str, str]


def figure(
    name: str,
    unit: str,
    values: Sequence[float],
    postgres: object,
    against: tuple[str, Sequence[float]] | None = None,
) -> Figure:
    """The figure of measured values, and of its alternative's name and values, round by round.

    Raises ValueError if there is no value, or if the alternative has more or fewer rounds.
    """
    if not values:
        raise ValueError(f"{name} was not measured")
    other, others = against or (None, ())
    ratios = [value / its for value, its in zip(values, others, strict=True)] if against else []
    return Figure(
        name=name,
        unit=unit,
        median=rounded(statistics.median(values)),
        min=rounded(min(values)),
        max=rounded(max(values)),
        runs=len(values),
        against=other,
        ratio=rounded(statistics.median(ratios)) if ratios else None,
        machine=machine(),
        versions=versions(postgres),
    )


def rounded(value: float) -> float:
    """To three digits: the rest is noise."""
    return float(f"{value:.3g}")


def write(topic: str, figures: Iterable[Figure], folder: Path = RESULTS) -> Path:
    """Write the figures of a topic, and return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{topic}.json"
    path.write_text(json.dumps([asdict(each) for each in figures], indent=1) + "\n", "utf-8")
    return path


def read(topic: str, folder: Path = RESULTS) -> dict[str, Figure]:
    """The figures of a topic by name, in the order in which they were measured.

    Raises ValueError if one lacks a field, has one too many, or bears the name of another.
    """
    rows = json.loads((folder / f"{topic}.json").read_text("utf-8"))
    figures: dict[str, Figure] = {}
    for row in rows:
        try:
            each = Figure(**row)
        except TypeError as error:
            raise ValueError(f"{topic}.json holds no list of figures: {error}") from None
        if each.name in figures:
            raise ValueError(f"{topic}.json has two figures named {each.name!r}")
        figures[each.name] = each
    return figures


def show(topic: str, figures: Iterable[Figure]) -> None:
    """Print the figures as a table."""
    table = Table(title=topic, title_justify="left")
    table.add_column("", overflow="fold")
    for heading in ("median", "min", "max", "unit", "runs", "ratio"):
        table.add_column(heading, justify="left" if heading == "unit" else "right")
    table.add_column("against", overflow="fold")
    for each in figures:
        numbers = [f"{value:g}" for value in (each.median, each.min, each.max)]
        ratio = "" if each.ratio is None else f"{each.ratio:g}"
        table.add_row(each.name, *numbers, each.unit, str(each.runs), ratio, each.against or "")
    Console(width=None if sys.stdout.isatty() else 120).print(table)
