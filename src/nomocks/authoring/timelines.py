"""A picture of a race: a lane for each participant, drawn from what it did and when."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from IPython.display import HTML
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nomocks.authoring.figures import INK, as_html, styled
from nomocks.testing.races import COMMIT, Did, Moment
from nomocks.testing.races.points import ROLLBACK

GREEN, RED = "#54a24b", "#e45756"
WIDTH = 5.4  # of a lane
OFTEN = {"40001": "serialization failure", "40P01": "deadlock", "55P03": "lock timeout"}
LOST = ("40001", "40P01")
TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE) (\w+)(?= |$)")
CLAUSES = ("FOR UPDATE", "FOR SHARE", "SKIP LOCKED", "NOWAIT", "ON CONFLICT")


@dataclass(frozen=True)
class Row:
    """A line of the picture, from top to bottom."""

    milliseconds: float
    who: str
    text: str
    kind: str  # begin, sends, waits, goes on, fails, says, kept or undone


def timeline(moments: Iterable[Moment], title: str) -> HTML:
    """Time goes down, with the milliseconds that were measured at the left of each step.

    A thin bar is a transaction, green if it was committed; a thick red one is a wait for a lock.
    """
    rows = _causes_first(sorted(rows_of(moments), key=lambda row: row.milliseconds))
    lanes = {who: n * WIDTH for n, who in enumerate(dict.fromkeys(row.who for row in rows))}
    styled()
    figure = Figure(figsize=(1.2 + 3.1 * len(lanes), 0.6 + 0.27 * len(rows)))
    axes = figure.subplots()
    axes.text(-0.5, -1.1, "ms", ha="right", size=9, color=INK, alpha=0.75)
    for who, x in lanes.items():
        axes.text(x + 0.35, -1.1, who, size=10, weight="bold", color=INK)
        _draw_lane(axes, x, [(y, row) for y, row in enumerate(rows) if row.who == who])
    for y, row in enumerate(rows):
        told = f"{row.milliseconds:.1f}"
        axes.text(-0.5, y, told, va="center", ha="right", size=8, color=INK, alpha=0.75)
    axes.set(xlim=(-1.3, WIDTH * len(lanes) - 0.4), ylim=(len(rows) - 0.3, -1.8))
    axes.axis("off")
    steps = "; ".join(f"{row.who}: {row.text}" for row in rows)
    return as_html(figure, f"{title} From top to bottom: {steps}.", measured=True)


def rows_of(moments: Iterable[Moment]) -> Iterator[Row]:
    """What stands in the picture: a statement that need not wait takes one row."""
    opened: set[str] = set()
    waiting: set[str] = set()
    committing: dict[str, float] = {}
    for moment in moments:
        at, who, what = moment.seconds * 1000, moment.who, moment.what
        if moment.did is Did.SAYS:
            yield Row(at, who, what, "says")
        elif moment.did is Did.WAITS:
            waiting.add(who)
            yield Row(at, who, "waits for a lock", "waits")
        elif moment.did is Did.FAILED:
            if who in committing:
                yield Row(committing.pop(who), who, COMMIT, "sends")
            waiting.discard(who)
            if what in LOST:  # what the session rolls back later, the server has undone
                opened.discard(who)
            yield Row(at, who, f"{OFTEN.get(what, 'error')} ({what})", "fails")
        elif moment.did is Did.DONE:
            if who in waiting:
                waiting.discard(who)
                yield Row(at, who, "goes on", "goes on")
            if what == COMMIT:
                opened.discard(who)
                yield Row(committing.pop(who, at), who, COMMIT, "kept")
        elif what == ROLLBACK:
            if who in opened:
                opened.discard(who)
                yield Row(at, who, ROLLBACK, "undone")
        elif what == COMMIT:
            committing[who] = at
        else:
            if who not in opened:
                opened.add(who)
                yield Row(at, who, "BEGIN", "begin")
            yield Row(at, who, brief(what), "sends")


def _causes_first(rows: list[Row]) -> list[Row]:
    """A deadlock before what it has let go on, in whichever order both were heard of."""
    for n in range(1, len(rows)):
        before, row = rows[n - 1], rows[n]
        if row.kind == "fails" and before.kind == "goes on" and before.who != row.who:
            rows[n - 1 : n + 1] = [replace(row, milliseconds=before.milliseconds), before]
    return rows


def brief(statement: str) -> str:
    """A statement in a few words: what it does, to which table, and what it says of locks."""
    verb = statement.split(maxsplit=1)[0]
    found = TABLE.search(statement)
    clauses = [clause for clause in CLAUSES if clause in statement.upper()]
    return " ".join([verb, *([found[1]] if found else []), *clauses])


def _draw_lane(axes: Axes, x: float, rows: list[tuple[int, Row]]) -> None:
    waits = 0
    for y, row in rows:
        color = {"waits": RED, "fails": RED, "undone": RED, "kept": GREEN}.get(row.kind, INK)
        style = "italic" if row.kind in ("says", "waits", "goes on") else "normal"
        family = "monospace" if style == "normal" and row.kind != "fails" else "sans-serif"
        axes.text(
            x + 0.35, y, row.text, va="center", size=9, color=color, style=style, family=family
        )
        if row.kind == "waits":
            waits = y
        elif row.kind in ("goes on", "fails") and waits:
            axes.plot([x, x], [waits, y], lw=9, color=RED, solid_capstyle="round", zorder=1)
            waits = 0
    starts = [n for n, (_, row) in enumerate(rows) if row.kind == "begin"]
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        (first, _), (last, _) = rows[start], rows[end - 1]
        kept = any(row.kind == "kept" for _, row in rows[start:end])
        axes.plot(
            [x, x],
            [first, last],
            lw=3,
            color=GREEN if kept else RED,
            solid_capstyle="round",
            zorder=0,
        )
