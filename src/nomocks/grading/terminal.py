"""A result for a terminal, and as plain text."""

import io

from rich.console import Console, Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from nomocks.grading.checking import Checked
from nomocks.grading.grid import SIGNS, headline, rows
from nomocks.grading.result import State, TaskResult
from nomocks.grading.reveal import Explanation, Reveal, explained, words_of
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.judging import Verdict

WIDTH = 88  # of plain text


def report(
    result: TaskResult,
    hints: int | None = 1,
    reveal: Reveal = Reveal.HINT,
    assignment: Assignment | None = None,
) -> RenderableType:
    """The result of a task. Text of students is never read as markup.

    ``hints`` is how many are given of each bug, all if it is None; ``assignment`` is where the
    source of changed code is looked up.
    """
    if result.state is not State.GRADED:
        return Text.assemble(
            (f"{result.task.title}: error, {result.state}\n", "bold red"), result.message, "\n"
        )
    parts: list[RenderableType] = [Text(headline(result), "bold")]
    if result.promises:
        parts.append(_promises(result, reveal))
    else:
        parts += [_bugs(result, reveal, assignment), _matrix(result)]
    for test in result.tests:
        if test.verdict is Verdict.INVALID:
            parts.append(
                Text(f"✗ {test.name} does not count: it must pass on every correct variant.", "red")
            )
            parts.append(Text(f"  On {test.where}: {test.reason}"))
    parts += _explanation(explained(result, reveal, assignment, hints), reveal)
    parts.append(Text())
    return Group(*parts)


def total(checked: Checked) -> RenderableType:
    """The sum of a notebook's tasks."""
    text = Text(f"Total: {checked.points:g} of {checked.most} points", "bold")
    if checked.ungraded:
        tasks = "1 task" if checked.ungraded == 1 else f"{checked.ungraded} tasks"
        text.append(f"; error: {tasks} could not be graded", "bold red")
    return text


def plain(
    result: TaskResult,
    hints: int | None = 1,
    reveal: Reveal = Reveal.HINT,
    assignment: Assignment | None = None,
) -> str:
    """The same without colour, for a notebook that shows no HTML."""
    output = io.StringIO()
    console = Console(file=output, width=WIDTH, color_system=None, force_jupyter=False)
    console.print(report(result, hints, reveal, assignment))
    return "\n".join(line.rstrip() for line in output.getvalue().splitlines())


def _explanation(explanation: Explanation, reveal: Reveal) -> list[Text]:
    if not reveal.tells(Reveal.KIND):
        return [Text(explanation.summary)] if explanation.summary else []
    lines = []
    for one in explanation.missed:
        if not reveal.tells(Reveal.HINT) or one.diff:
            lines.append(Text(one.sentence))
        lines += [Text(f"Hint for {one.label}: {hint}") for hint in one.hints]
        lines += [Text(line) for line in one.diff.splitlines()]
    return lines


def _bugs(result: TaskResult, reveal: Reveal, assignment: Assignment | None) -> Table:
    table = Table("bug", "", "what is wrong", Column("caught by", overflow="fold"))
    for number, one in enumerate(result.mutants, 1):
        words = Text(words_of(one, reveal, assignment))
        table.add_row(str(number), _sign(one.verdict), words, Text("\n".join(one.tests)))
    return table


def _promises(result: TaskResult, reveal: Reveal) -> Table:
    table = Table("promise", "", "what must hold", Column("what happened", overflow="fold"))
    for number, one in enumerate(result.promises, 1):
        happened = Text(one.reason if reveal.tells(Reveal.HINT) else "")
        table.add_row(str(number), _sign(one.verdict), Text(words_of(one, reveal)), happened)
    return table


def _sign(verdict: Verdict) -> Text:
    style = "green" if verdict in (Verdict.KILLED, Verdict.KEPT) else "red"
    return Text(f"{SIGNS[verdict]} {verdict}", style)


def _matrix(result: TaskResult) -> Table:
    """The kill matrix, with the numbers of the bugs in place of a column for each."""
    twins = ["twins"] if result.against.twins else []
    table = Table(
        Column("test", overflow="fold", min_width=24),
        "references",
        *twins,
        "catches bugs",
        title="Kill matrix: each test on each variant",
        caption="references and twins are correct variants: a test that counts passes on all",
    )
    for row in rows(result):
        failed = [str(number) for number, word in enumerate(row.bugs, 1) if word == "failed"]
        errors = [str(number) for number, word in enumerate(row.bugs, 1) if word == "error"]
        caught = ", ".join(failed) or ("none" if row.valid else "")
        if errors:
            caught += f" (error on {', '.join(errors)})"
        shown = [row.references, *([row.twins] if twins else []), caught.strip()]
        table.add_row(Text(row.test), *shown)
    return table
