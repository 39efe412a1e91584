"""The text of a task's tests: the module made of it, and the tests in it by static reading."""

import ast
import warnings
from collections import Counter
from dataclasses import dataclass
from typing import TypeGuard

from nomocks.mutation.assignment import PREAMBLE, task_of, without_start

ANSWER = "answer"  # the module of a student's cell that probes try
CALLED = ("dict", "Decimal")  # in predictions, and nothing else
MOST_GROUPS = 20  # of magic lines that are dropped from a cell, as each costs a further reading


class SourceError(ValueError):
    """Why a text holds no tests that could be run, as one sentence."""


@dataclass(frozen=True)
class CellModule:
    """A module of tests, and those beside it that it imports, by name.

    ``cell`` names the one whose line numbers are those of the student's cell; ``statements`` is
    the most that one test may send.
    """

    task: str
    text: str
    tests: tuple[str, ...]
    beside: dict[str, str]
    cell: str
    statements: int | None = None


def module_of(task: str, preamble: str, cell: str) -> CellModule:
    """The module for a task's cell. Raises SourceError on a syntax error or a test defined twice.

    The preamble is imported on the line of ``%%task``, so that no line is moved.
    """
    tree, body = _parse(task, cell)
    tests = _tests(tree)
    twice = [name for name, count in Counter(tests).items() if count > 1]
    if twice:
        raise SourceError(
            f'The cell of "{task}" defines {twice[0]} twice: only the last one would run, so give '
            "each test a name of its own."
        )
    return CellModule(task, _after_preamble(body), tests, {PREAMBLE: preamble}, task)


def probing(task: str, preamble: str, probes: str, cell: str, literal: bool = False) -> CellModule:
    """The module of the probes that try a task's cell. Raises SourceError as ``module_of`` does.

    It holds no test when the cell holds no code. With ``literal`` the cell may hold plain values
    alone, so that nothing of it runs beside the probes.
    """
    tree, body = _parse(task, cell)
    if literal and not all(map(_is_plain, tree.body)):
        raise SourceError(
            f'The cell of "{task}" holds more than predictions: give PREDICTED plain values '
            "(texts, numbers, lists, Decimal(...)), and leave out all else."
        )
    tests = _tests(_tree(probes)) if tree.body else ()
    beside = {PREAMBLE: preamble, ANSWER: _after_preamble(body)}
    return CellModule(task, probes, tests, beside, ANSWER)


def _is_plain(node: ast.AST) -> bool:
    """Whether it does nothing but give names to plain values."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=inner):
            return name not in CALLED and _is_plain(inner)
        case ast.Expr(value=inner):
            return _is_plain(inner)
        case ast.Assign(
            targets=[ast.Subscript(value=ast.Name(id="PREDICTED"), slice=ast.Constant())],
            value=inner,
        ):
            return _is_plain(inner)
        case ast.Dict(keys=keys, values=values):
            return all(key is not None and _is_plain(key) for key in keys + values)
        case ast.List(elts=inner) | ast.Tuple(elts=inner):
            return all(map(_is_plain, inner))
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=right):
            return _is_plain(left) and _is_plain(right)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()) | ast.Constant() | ast.Name():
            return True
        case ast.Attribute(value=ast.Name(), attr="__name__"):
            return True
        case ast.Call(func=ast.Name(id=name), args=values, keywords=named):
            named_values = [one.value for one in named if one.arg]
            whole = name in CALLED and len(named_values) == len(named)
            return whole and all(map(_is_plain, [*values, *named_values]))
        case ast.ImportFrom(module="decimal", names=[ast.alias(name="Decimal", asname=None)]):
            return True
    return False


def _after_preamble(body: str) -> str:
    return f"from {PREAMBLE} import *\n{body}\n"


def _parse(task: str, cell: str) -> tuple[ast.Module, str]:
    cell = without_start(cell.replace("\r\n", "\n").replace("\r", "\n"))
    lines = (cell.partition("\n")[2] if task_of(cell) else cell).split("\n")
    groups = 0
    while True:
        body = "\n".join(lines)
        try:
            return _tree(body), body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = getattr(error, "lineno", None)
            groups += 1
            if groups > MOST_GROUPS or not _dropped(lines, line):
                raise SourceError(_sentence(task, error)) from None


def _dropped(lines: list[str], number: int | None) -> bool:
    """Whether this line is a notebook's own (``%magic``, ``!command``), which is taken out.

    Only a line that is no Python is, so that a text in quotes may begin as it likes. Those that
    follow at once go with it, and what a backslash continues.
    """
    if number is None or not 0 < number <= len(lines) or not _is_magic(lines[number - 1]):
        return False
    goes_on = False
    for place in range(number - 1, len(lines)):
        line = lines[place]
        if not goes_on and not _is_magic(line):
            break
        indent = "" if goes_on else line[: len(line) - len(line.lstrip())]
        lines[place] = f"{indent}pass" if indent else ""
        goes_on = line.endswith("\\")
    return True


def _is_magic(line: str) -> bool:
    return line.lstrip().startswith(("%", "!"))


def _tree(body: str) -> ast.Module:
    # Not compiled: a small text can be made that takes any amount of memory for it.
    with warnings.catch_warnings(action="ignore"):
        return ast.parse(body)


def _sentence(task: str, error: Exception) -> str:
    if isinstance(error, SyntaxError) and error.lineno is not None:
        what = error.msg.partition("; use sys.")[0].rstrip(".")  # of a number too long, a page
        return (
            f'The cell of "{task}" has a syntax error in line {error.lineno + 1}: {what}. '
            "Correct it, and run the cell again."
        )
    return f'The cell of "{task}" can\'t be read as Python ({type(error).__name__}): rewrite it.'


def _tests(tree: ast.Module) -> tuple[str, ...]:
    names = []
    for node in tree.body:
        if _is_test(node):
            names.append(node.name)
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            names += [f"{node.name}::{inner.name}" for inner in node.body if _is_test(inner)]
    return tuple(names)


def _is_test(node: ast.stmt) -> TypeGuard[ast.FunctionDef | ast.AsyncFunctionDef]:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test")
