"""What a mutant changes, as text: its SQL, and the difference that it makes to a function."""

import ast
import difflib
import importlib.util
import pprint
import textwrap
from functools import cache
from pathlib import Path

from nomocks.mutation.assignment import PREAMBLE
from nomocks.mutation.code import Change, Map, Patch, Rewrite, Set, Swap
from nomocks.mutation.variants import Mutant

WIDTH = 88  # of a value that is shown
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign


def diff_of(mutant: Mutant, preamble: str = "") -> str:
    """What was changed, as a text for people. ``preamble`` is the assignment's given code."""
    parts = [f"{_dedented(statement)};" for statement in mutant.statements]
    for change in mutant.code:
        before, after = before_and_after(change, preamble)
        parts.append(_unified(_place(change), before, after))
    return "\n".join(part for part in parts if part)


def before_and_after(change: Change, preamble: str = "") -> tuple[str, str]:
    """The text that a change is of, and the text that it becomes. "" where it can't be found."""
    match change:
        case Patch(target, old, new):
            before = source_at(target, preamble)
            return (before, before.replace(old, new)) if old in before else (old, new)
        case Rewrite(target, source):
            return source_at(target, preamble), _dedented(source)
        case Swap(target, by):
            return source_at(target, preamble), source_at(by, preamble)
        case Set(target, value):
            name = target.rpartition(":")[2]
            return _as_set(source_at(target, preamble)), f"{name} = {_value(value)}"
        case Map(target, option, value):
            return "", f"{target.rpartition(':')[2]}: {option} = {value!r}"
    return f"the functions of {change.module}", f"those of {change.by}"


def source_at(target: str, preamble: str = "") -> str:
    """The source of what ``module:name`` names, without its indentation; "" if it isn't found.

    Nothing is imported but the packages that the module is in.
    """
    module, _, path = target.partition(":")
    text = preamble if module == PREAMBLE else _text_of(module)
    tree: ast.AST = ast.parse(text)
    found: Definition | None = None
    for name in path.split("."):
        found = next((one for one in ast.iter_child_nodes(tree) if _defines(one, name)), None)  # type: ignore[assignment]
        if found is None:
            return ""
        tree = found
    assert found is not None
    decorators = getattr(found, "decorator_list", [])
    first = min([found.lineno, *(one.lineno for one in decorators)])
    lines = text.splitlines()[first - 1 : found.end_lineno]
    return textwrap.dedent("\n".join(lines))


def _defines(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return node.name == name
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return any(isinstance(one, ast.Name) and one.id == name for one in targets)


@cache
def _text_of(module: str) -> str:
    try:
        found = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return ""
    if found is None or not found.origin or not found.origin.endswith(".py"):
        return ""
    return Path(found.origin).read_text(encoding="utf-8")


def _as_set(source: str) -> str:
    """An assignment written as the value that takes its place is."""
    try:
        node = ast.parse(source).body[0]
        assert isinstance(node, ast.Assign)
        return f"{ast.unparse(node.targets[0])} = {_value(ast.literal_eval(node.value))}"
    except (SyntaxError, ValueError, IndexError, AssertionError):
        return source


def _value(value: object) -> str:
    return pprint.pformat(value, width=WIDTH)


def _unified(place: str, before: str, after: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), place, f"{place}, with the bug", lineterm="", n=2
    )
    return "\n".join(lines)


def _place(change: Change) -> str:
    target: str = getattr(change, "target", "") or getattr(change, "module", "")
    return target.removeprefix(f"{PREAMBLE}:")


def _dedented(text: str) -> str:
    """A text whose first line may stand at another indentation than the rest."""
    first, newline, rest = text.strip("\n").partition("\n")
    if first.startswith((" ", "\t")):
        return textwrap.dedent(text).strip("\n")
    return first + newline + textwrap.dedent(rest)
