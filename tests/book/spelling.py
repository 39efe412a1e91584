"""The spelling of a page's words, by hunspell with its American dictionary and words of our own."""

import ast
import re
import shutil
import subprocess
import tokenize
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from .page import CODE, Cell, Page

WORDS = Path(__file__).with_name("words.txt")
SHOWN = {"Markdown", "as_html"}  # what they are given stands on the page, or is read out
NO_WORD = re.compile(
    rf"\S*(?:[_/@<>=\\$]|::|\w\(\)|\w\.\w)\S*|{CODE}\w*|\b(?:[A-Z][a-z]+){{2,}}\b|\b\w*\d\w*\b"
)


def misspelled(page: Page) -> list[str]:
    """Each unknown word of the prose, and of what the cells say in words, with its line."""
    passages = [(line, plain(text)) for line, text in passages_of(page)]
    unknown = hunspell("\n".join(text for _, text in passages))
    found = dict.fromkeys(unknown)
    return [f"line {_first(passages, word)}: {word}" for word in found]


def _first(passages: list[tuple[int, str]], word: str) -> int:
    return next((line for line, text in passages if re.search(rf"\b{word}\b", text)), 0)


def plain(text: str) -> str:
    """A text without what is no word: code, paths, classes, numbers, and the 's of a name."""
    return re.sub(
        r"'s\b", "", NO_WORD.sub(" ", text).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    )


def passages_of(page: Page) -> Iterator[tuple[int, str]]:
    for block in page.prose:
        yield block.line, block.text
    for cell in page.cells:
        for text in said(cell):
            yield cell.line, text


def said(cell: Cell) -> Iterator[str]:
    """Comments and docstrings of a cell, and the texts that it shows."""
    try:
        nodes = list(ast.walk(ast.parse(cell.python)))
    except SyntaxError:  # IPython's own language
        return
    for token in tokenize.generate_tokens(StringIO(cell.python).readline):
        if token.type == tokenize.COMMENT:
            yield token.string.lstrip("# ")
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module):
            yield ast.get_docstring(node) or ""
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in SHOWN:
            yield from texts(node)


def texts(node: ast.AST) -> Iterator[str]:
    """The strings in a call, less what is computed, and code between backticks."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield re.sub(r"`[^`]*`", CODE, child.value)
        elif not isinstance(child, ast.FormattedValue):
            yield from texts(child)


def hunspell(text: str, words: Path | None = WORDS) -> list[str]:
    """The words that neither the dictionary nor our list knows, in the order of the text."""
    own = ["-p", str(words)] if words else []
    command = ["hunspell", "-d", "en_US", "-i", "utf-8", *own, "-l"]
    done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", check=True)
    return done.stdout.split()


def lack_of_hunspell() -> str:
    """Why nothing can be checked here; empty if it can."""
    if shutil.which("hunspell") is not None:
        try:
            return "" if hunspell("colour", None) == ["colour"] else "its en_US is not American"
        except subprocess.CalledProcessError:
            pass
    return "no hunspell with its dictionary en_US here: install hunspell and hunspell-en-us"
