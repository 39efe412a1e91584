"""What every chapter has, and in which order."""

import re
from collections.abc import Iterator
from pathlib import Path

from nomocks.mutation.assignment import Assignment

from .page import ENDING, Block, Cell, Page

ASSIGNMENT = "The assignment"  # the last heading of Your turn, where there is one
BOXES = ("If you use SQLModel", "If your code is synchronous")
SOLUTION = ("Show a solution", "Hide the solution")
LINES, COLUMNS = 25, 80  # of a cell that is shown
QUESTIONS, TASKS, PROMPTS = 5, (2, 3), (2, 3)
SHORTEST_EXPLANATION = 8  # words


def missing_parts(page: Page) -> Iterator[str]:
    """What a chapter lacks of what each has."""
    titles = [heading.text for heading in page.headings(2)]
    if tuple(titles[-len(ENDING) :]) != ENDING:
        yield f"its last parts are {', '.join(titles[-len(ENDING) :])}; not {', '.join(ENDING)}"
        return
    if len(titles) == len(ENDING):
        yield "it has no part of its own before the ending"
    if not page.cells or not page.cells[0].source.startswith("%load_ext nomocks.testing"):
        yield "its first cell does not begin with %load_ext nomocks.testing"
    if not any(cell.part == "" and "%%ipytest" in cell.source for cell in page.cells):
        yield "its opening, before the first part, runs no test"
    yield from _boxes(page)
    yield from _tasks(page)
    yield from _quiz(page.part("Quiz"))
    yield from _prompts(page.part("With an AI assistant"))
    for title in ENDING[-2:]:
        if not any("list_item" in block.within for block in page.part(title)):
            yield f'"{title}" has no list'


def _boxes(page: Page) -> Iterator[str]:
    """The two boxes for readers whose code is another; each chapter names them the same."""
    titles = [one.text for one in page.blocks if one.within == ("admonition", "title")]
    for title in BOXES:
        if title not in titles:
            yield f'it has no box "{title}"'
    for title in titles:
        if title not in BOXES:
            yield f'its box "{title}" is named neither {" nor ".join(BOXES)}'


def _tasks(page: Page) -> Iterator[str]:
    blocks = page.part("Your turn")
    titles = [block.text for block in blocks]
    if not any(f"work/{page.path.stem}/" in code for block in blocks for code in block.codes):
        yield f"Your turn does not say where its exercise is (work/{page.path.stem}/…)"
    blocks = blocks[: titles.index(ASSIGNMENT) if ASSIGNMENT in titles else None]
    starts = [n for n, block in enumerate(blocks) if block.kind == "heading" and block.level == 3]
    if len(starts) not in TASKS:
        yield f"{len(starts)} tasks (headings of level 3 in Your turn), and not 2 or 3"
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(blocks)], strict=True), 1):
        title, body = blocks[start], blocks[start + 1 : end]
        last = body[-1].line if body else title.line
        hidden = [
            cell
            for cell in page.cells
            if title.line < cell.line <= last and "hide-cell" in cell.tags and cell.name
        ]
        if not title.text.startswith(f"{number}. "):
            yield f'line {title.line}: the task "{title.text}" has not the number {number}'
        if "Hint" not in {block.text for block in body if "title" in block.within}:
            yield f'line {title.line}: the task "{title.text}" has no dropdown Hint'
        if not hidden:
            yield f'line {title.line}: the task "{title.text}" has no named, folded solution'
        for cell in hidden:
            if cell.prompts != SOLUTION:
                yield f'line {cell.line}: the fold does not say "{SOLUTION[0]}", "{SOLUTION[1]}"'


def _quiz(blocks: list[Block]) -> Iterator[str]:
    starts = [
        n for n, block in enumerate(blocks) if not block.within and re.match(r"\d\. ", block.text)
    ]
    asked = [int(blocks[start].text[0]) for start in starts]
    if asked != list(range(1, QUESTIONS + 1)):
        yield f"its quiz has the questions {asked}, and not 1 to {QUESTIONS}"
    for start, end in zip(starts, [*starts[1:], len(blocks)], strict=True):
        body, question = blocks[start + 1 : end], blocks[start]
        answers = [block for block in body if block.within == ("dropdown",)]
        words = " ".join(block.text for block in answers)
        options = " ".join([question.text, *(one.text for one in body if one not in answers)])
        if len(set(re.findall(r"(?:^|[\s;])([a-e])[.)] ", options))) < 3:
            yield f"line {question.line}: question {question.text[0]} has fewer than three options"
        if "Answer" not in {block.text for block in body if "title" in block.within}:
            yield f"line {question.line}: question {question.text[0]} has no dropdown Answer"
        elif not re.match(r"[a-e]\.? ", words) or len(words.split()) <= SHORTEST_EXPLANATION:
            yield f"line {question.line}: question {question.text[0]} is answered without a reason"


def _prompts(blocks: list[Block]) -> Iterator[str]:
    prompts = [n for n, block in enumerate(blocks) if "blockquote" in block.within]
    starts = [n for n in prompts if n - 1 not in prompts]
    if len(starts) not in PROMPTS:
        yield f"{len(starts)} prompts (quotations in With an AI assistant), and not 2 or 3"
    for start in starts:
        after = next((one for one in blocks[start:] if "blockquote" not in one.within), None)
        if after is None or after.kind != "text":
            yield f"line {blocks[start].line}: nothing says what to check in the answer"


def too_large(page: Page) -> Iterator[str]:
    """Cells that are shown and don't fit: on a screen, or in the width of a page."""
    for cell in page.cells:
        if not cell.hidden:
            lines = [line for line in cell.source.splitlines() if line]
            if len(lines) > LINES:
                yield f"line {cell.line}: a cell of {len(lines)} lines, and not {LINES}"
        if not cell.hidden or cell.part == "Your turn":
            yield from _too_wide(cell)


def _too_wide(cell: Cell) -> Iterator[str]:
    for line in cell.source.splitlines():
        if len(line) > COLUMNS and not line.startswith("%%"):  # the page wraps a magic
            yield f"line {cell.line}: {len(line)} columns, and not {COLUMNS}: {line.strip()}"


def spelled_otherwise(page: Page) -> Iterator[str]:
    """Asynchronous fixtures that are not written as in all chapters, though they could be."""
    for cell in page.cells:
        for options in re.findall(r"@pytest_asyncio\.fixture(.*)", cell.source):
            if "loop_scope" not in options and "asyncio_mode=strict" not in cell.source:
                yield f"line {cell.line}: write @pytest.fixture{options}, as everywhere"


def lacking(assignment: Assignment) -> Iterator[str]:
    """What an assignment lacks of what each has."""
    tasks = {task.name for task in assignment.graded}
    mutants = [one for one in assignment.variants.mutants if one.task in tasks]
    if not 3 <= len(tasks) <= 5:
        yield f"{len(tasks)} graded tasks, and not 3 to 5"
    if len(mutants) < 12:
        yield f"{len(mutants)} mutants, and not 12 or more"
    if len(assignment.variants.references) < 2:
        yield f"{len(assignment.variants.references)} references, and not 2 or more"


def missing_assignment(page: Page, root: Path) -> list[str]:
    folder = root / "solutions" / page.path.stem
    return [] if (folder / "variants.py").is_file() else [f"{folder.relative_to(root)} is missing"]
