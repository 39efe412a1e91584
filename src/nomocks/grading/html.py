"""A result for a notebook: HTML that reads well on a light and on a dark page, and plain text."""

import re
from dataclasses import dataclass
from html import escape

from nomocks.grading.grid import SIGNS, headline, rows
from nomocks.grading.result import State, TaskResult
from nomocks.grading.reveal import Explanation, Reveal, explained, words_of
from nomocks.grading.terminal import plain
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.judging import Verdict

# Mixed with the color of the text around, which contrasts with the page: so both read well on a
# light page and on a dark one, whatever chose it. The first color is for browsers that mix none.
GOOD = "color: #2b8049; color: color-mix(in srgb, #18a058 55%, currentcolor)"
BAD = "color: #cf4436; color: color-mix(in srgb, #f0301f 60%, currentcolor)"
RULE = "color-mix(in srgb, currentcolor 35%, transparent)"
BOX = (
    f"border: 1px solid #999; border-color: {RULE}; border-radius: 4px; padding: 0.6em 1em;"
    " margin: 0.4em 0; max-width: 60em; color: var(--jp-content-font-color1, inherit);"
    " font-family: var(--jp-content-font-family, sans-serif)"
)
TABLE = "border-collapse: collapse; margin: 0.5em 0; font-size: 0.95em"
CELL = (
    "text-align: left; vertical-align: top; padding: 0.25em 0.6em;"
    f" border-bottom: 1px solid #bbb; border-bottom-color: {RULE}"
)
MARKS = {"passed": ("·", "passes"), "failed": ("✓", "catches it"), "error": ("!", "error")}


@dataclass(frozen=True)
class Report:
    """A result as a notebook displays it. All text in it that came from a cell is escaped.

    ``hints`` is how many are given of each bug, all if it is None; ``assignment`` is where the
    source of changed code is looked up; ``solution`` is a reference solution to unfold.
    """

    result: TaskResult
    hints: int | None = 1
    reveal: Reveal = Reveal.HINT
    assignment: Assignment | None = None
    solution: str = ""

    def _repr_html_(self) -> str:
        result = self.result
        if result.state is not State.GRADED:
            title = f"{result.task.title}: error, {result.state}"
            return _box(_line(_bold(f"✗ {title}"), BAD) + _line(escape(result.message)))
        sign = SIGNS[Verdict.KILLED] if result.full else ""
        title = _line(_bold(f"{sign} {headline(result)}".strip()), GOOD if result.full else "")
        explanation = explained(result, self.reveal, self.assignment, self.hints)
        missed, solution = _missed(explanation, self.reveal), _solution(self.solution)
        if result.promises:
            return _box(title, _promises(result, self.reveal), missed, solution)
        bugs = _bugs(result, self.reveal, self.assignment)
        return _box(title, bugs, _invalid(result), missed, _matrix(result), solution)

    def __repr__(self) -> str:
        return plain(self.result, self.hints, self.reveal, self.assignment)


def _bugs(result: TaskResult, reveal: Reveal, assignment: Assignment | None) -> str:
    lines = []
    for number, one in enumerate(result.mutants, 1):
        words = _prose(words_of(one, reveal, assignment))
        by = "<br>".join(_code(test) for test in one.tests) or "none"
        lines.append(_row(str(number), _sign(one.verdict), words, by))
    return _table(["bug", "", "what is wrong", "caught by"], lines)


def _promises(result: TaskResult, reveal: Reveal) -> str:
    lines = []
    for number, one in enumerate(result.promises, 1):
        happened = _code(one.reason) if one.reason and reveal.tells(Reveal.HINT) else ""
        words = _prose(words_of(one, reveal))
        lines.append(_row(str(number), _sign(one.verdict), words, happened))
    return _table(["promise", "", "what must hold", "what happened"], lines)


def _mark(word: str) -> str:
    if word not in MARKS:
        return ""
    sign, meaning = MARKS[word]
    return f'<span role="img" aria-label="{meaning}" title="{meaning}">{sign}</span>'


def _prose(text: str) -> str:
    """What an author wrote, with `code` set as code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))


def _sign(verdict: Verdict) -> str:
    style = GOOD if verdict in (Verdict.KILLED, Verdict.KEPT) else BAD
    return f'<span style="{style}; white-space: nowrap">{SIGNS[verdict]} {verdict}</span>'


def _invalid(result: TaskResult) -> str:
    lines = [
        f'<li><span style="{BAD}">✗ does not count:</span> {_code(test.name)} does not pass '
        f"on {escape(test.where)}, which is correct.<br>{_code(test.reason)}</li>"
        for test in result.tests
        if test.verdict is Verdict.INVALID
    ]
    return _list("Tests that do not pass on every correct variant", lines)


def _missed(explanation: Explanation, reveal: Reveal) -> str:
    if not reveal.tells(Reveal.KIND):
        return _line(escape(explanation.summary))
    if not reveal.tells(Reveal.HINT):
        lines = [f"<li>{_prose(one.sentence)}</li>" for one in explanation.missed]
        return _list("What got past", lines)
    lines = []
    for one in explanation.missed:
        diff = f'<pre style="overflow-x: auto">{escape(one.diff)}</pre>' if one.diff else ""
        hints = " ".join(map(_prose, one.hints))
        lines.append(f"<li>{one.label.capitalize()}: {hints}{diff}</li>")
    return _list("Hints", lines)


def _matrix(result: TaskResult) -> str:
    bugs = [f"bug {number}" for number in range(1, len(result.mutants) + 1)]
    twins = ["twins passed"] if result.against.twins else []
    lines = []
    for row in rows(result):
        cells = [_mark(word) for word in row.bugs]
        name = f'<code style="white-space: nowrap">{escape(row.test)}</code>'
        lines.append(_row(name, row.references, *([row.twins] if twins else []), *cells))
    title = _line(_bold("Kill matrix: which bugs (✓) each test catches"))
    return title + _table(["test", "references passed", *twins, *bugs], lines)


def _solution(text: str) -> str:
    if not text:
        return ""
    code = f'<pre style="overflow-x: auto">{escape(text)}</pre>'
    return f"<details><summary>The reference solution</summary>{code}</details>"


def _box(*parts: str) -> str:
    return f'<div style="{BOX}">{"".join(parts)}</div>'


def _line(inner: str, style: str = "") -> str:
    return f'<div style="margin: 0.3em 0; {style}">{inner}</div>'


def _bold(text: str) -> str:
    return f"<b>{escape(text)}</b>"


def _code(text: str) -> str:
    return f'<code style="overflow-wrap: anywhere">{escape(text)}</code>'


def _list(title: str, lines: list[str]) -> str:
    if not lines:
        return ""
    return _line(_bold(title)) + f'<ul style="margin: 0.2em 0">{"".join(lines)}</ul>'


def _table(heads: list[str], lines: list[str]) -> str:
    head = "".join(f'<th scope="col" style="{CELL}">{escape(text)}</th>' for text in heads)
    return (
        f'<div style="overflow-x: auto"><table style="{TABLE}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _row(*cells: str) -> str:
    inner = "".join(f'<td style="{CELL}">{cell}</td>' for cell in cells)
    return f"<tr>{inner}</tr>"
