"""A result for a terminal, and as plain text."""

import io

from rich.console import Console, Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from nomocks.grading.checking import Checked
from nomocks.grading.grid import SIGNS, advice, headline, rows
from nomocks.grading.result import State, TaskResult
from nomocks.mutation.judging import Verdict

WIDTH = 88  # of plain text


def report(result: TaskResult, hints: int = 1) -> RenderableType:
    """The result of a task. Text of students is never read as markup."""
    if result.state is not State.GRADED:
        return Text.assemble(
            (f"{result.task.title}: error, {result.state}\n", "bold red"), result.message, "\n"
        )
    parts: list[RenderableType] = [Text(headline(result), "bold")]
    parts += [_promises(result)] if result.promises else [_bugs(result), _matrix(result)]
    for test in result.tests:
        if test.verdict is Verdict.INVALID:
            parts.append(
                Text(f"✗ {test.name} does not count: it must pass on every correct variant.", "red")
            )
            parts.append(Text(f"  On {test.where}: {test.reason}"))
    for what, steps in advice(result, hints):
        parts += [Text(f"Hint for {what}: {step}") for step in steps]
    parts.append(Text())
    return Group(*parts)


def total(checked: Checked) -> RenderableType:
    """The sum of a notebook's tasks."""
    text = Text(f"Total: {checked.points} of {checked.most} points", "bold")
    if checked.ungraded:
        tasks = "1 task" if checked.ungraded == 1 else f"{checked.ungraded} tasks"
        text.append(f"; error: {tasks} could not be graded", "bold red")
    return text


def plain(result: TaskResult, hints: int = 1) -> str:
    """The same without colour, for a notebook that shows no HTML."""
    output = io.StringIO()
    console = Console(file=output, width=WIDTH, color_system=None, force_jupyter=False)
    console.print(report(result, hints))
    return "\n".join(line.rstrip() for line in output.getvalue().splitlines())


def _bugs(result: TaskResult) -> Table:
    table = Table("bug", "", "what is wrong", Column("caught by", overflow="fold"))
    for number, one in enumerate(result.mutants, 1):
        table.add_row(
            str(number), _sign(one.verdict), Text(one.mutant.bug), Text("\n".join(one.tests))
        )
    return table


def _promises(result: TaskResult) -> Table:
    table = Table("promise", "", "what must hold", Column("what happened", overflow="fold"))
    for number, one in enumerate(result.promises, 1):
        promise, reason = Text(one.probe.promise), Text(one.reason)
        table.add_row(str(number), _sign(one.verdict), promise, reason)
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
