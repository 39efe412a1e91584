"""Markdown, as GitHub and most others show it (github.github.com/gfm).

Words of students stand in code spans, or have every sign in them escaped, always within one line:
so nothing in them is markup, HTML, a link or somebody who is mentioned.
"""

import re
from collections.abc import Sequence

from nomocks.grading.graded import Graded
from nomocks.grading.grid import SIGNS, headline, rows
from nomocks.grading.inert import clean, one_line
from nomocks.grading.result import State, TaskResult
from nomocks.grading.reveal import Explanation, Reveal, explained, words_of
from nomocks.grading.standing import notes, standing
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.judging import Verdict

FILE = "students/{student}.md"
_SIGNS = re.compile(r"([!-/:-@\[-`{-~])")  # which Markdown takes as they are behind a backslash
_AT = "@\u2060"  # no name may follow it immediately, so nobody is told


def render(graded: Graded, reveal: Reveal) -> str:
    """The report of one student."""
    assignment, mark = graded.checked.assignment, standing(graded)
    blocks = [f"# {assignment.slug}: {_code(graded.student, 200)}"]
    blocks += [f"> {_escaped(note)}" for note in notes(graded)]
    if mark.points is None:
        blocks.append(f"**Not graded.** {_escaped(mark.reason)}")
        blocks.append("A person has to look at it: there are no points yet.")
    else:
        blocks.append(f"**{mark.points:g} of {mark.most} points**")
    for result in () if graded.problem else graded.results:
        blocks += _task(result, reveal, assignment)
    return "\n\n".join(block for block in blocks if block) + "\n"


def _task(result: TaskResult, reveal: Reveal, assignment: Assignment) -> list[str]:
    if result.state is not State.GRADED:
        given = result.by_hand is not None
        points = f" {result.points:g} of {result.most} points by hand." if given else ""
        title = f"## {result.task.title}: error, {result.state}"
        return [title, f"{_escaped(result.message)}{points}"]
    blocks = [f"## {headline(result)}"]
    if result.promises:
        blocks.append(_promises(result, reveal))
    else:
        blocks += [_bugs(result, reveal, assignment), _not_counted(result)]
    blocks += _missed(explained(result, reveal, assignment))
    return blocks if result.promises else [*blocks, _matrix(result)]


def _bugs(result: TaskResult, reveal: Reveal, assignment: Assignment) -> str:
    lines = []
    for number, one in enumerate(result.mutants, 1):
        by = ", ".join(_code_in_table(test, 200) for test in one.tests) or "none"
        words = _in_table(words_of(one, reveal, assignment))
        lines.append((str(number), f"{SIGNS[one.verdict]} {one.verdict}", words, by))
    return _table(("bug", "", "what is wrong", "caught by"), lines)


def _promises(result: TaskResult, reveal: Reveal) -> str:
    lines = []
    for number, one in enumerate(result.promises, 1):
        told = bool(one.reason) and reveal.tells(Reveal.HINT)
        happened = _code_in_table(one.reason) if told else ""
        sign = f"{SIGNS[one.verdict]} {one.verdict}"
        lines.append((str(number), sign, _in_table(words_of(one, reveal)), happened))
    return _table(("promise", "", "what must hold", "what happened"), lines)


def _not_counted(result: TaskResult) -> str:
    return "\n".join(
        f"- ✗ {_code(test.name, 200)} does not count: it does not pass on {test.where}, which is "
        f"correct. {_code(test.reason)}"
        for test in result.tests
        if test.verdict is Verdict.INVALID
    )


def _missed(explanation: Explanation) -> list[str]:
    blocks = [explanation.summary]
    for one in explanation.missed:
        about = f" ({one.about})" if one.about else ""
        words = f": {one.words}" if one.words else "."
        lines = [f"- **{one.label.capitalize()}**{about} {one.end}{words} {one.look}".rstrip()]
        lines += [f"  - Hint: {hint}" for hint in one.hints]
        blocks += ["\n".join(lines), _fenced(one.diff)]
    return blocks


def _matrix(result: TaskResult) -> str:
    bugs = tuple(f"bug {number}" for number in range(1, len(result.mutants) + 1))
    marks = {"failed": "✓", "passed": "·", "error": "!"}
    lines = [
        (
            _code_in_table(row.test, 200),
            row.references,
            row.twins,
            *(marks.get(word, "") for word in row.bugs),
        )
        for row in rows(result)
    ]
    title = "Kill matrix: which bugs (✓) each test catches"
    return f"{title}\n\n{_table(('test', 'references passed', 'twins passed', *bugs), lines)}"


def _table(heads: tuple[str, ...], lines: Sequence[tuple[str, ...]]) -> str:
    rule = "|".join("---" for _ in heads)
    return "\n".join([_line(heads), f"|{rule}|", *map(_line, lines)])


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _code(text: str, longest: int = 2_000) -> str:
    """A text in a code span, which no sign in it can end."""
    shown = one_line(text, longest)
    fence = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    return f"{fence} {shown} {fence}" if len(fence) > 1 else f"`{shown or ' '}`"


def _code_in_table(text: str, longest: int = 2_000) -> str:
    """The same for a cell of a table, which a ``|`` ends in a code span, too."""
    return _escaped(text, longest) if set("|\\") & set(text) else _code(text, longest)


def _in_table(text: str) -> str:
    """An author's words for a cell of a table."""
    return text.replace("|", r"\|")


def _escaped(text: str, longest: int = 2_000) -> str:
    return _SIGNS.sub(r"\\\1", one_line(text, longest)).replace("@", _AT)


def _fenced(text: str) -> str:
    if not text:
        return ""
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 3)
    return f"{fence}diff\n{clean(text)}\n{fence}"
