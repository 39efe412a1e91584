"""Mutants of functions that use SQLAlchemy, each a step that is easily forgotten or mistaken."""

import ast
import copy
import inspect
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from importlib import import_module

from nomocks.mutation.code import Rewrite
from nomocks.mutation.errors import VariantError
from nomocks.mutation.functions import source_of

# The call of a query's method that is left out.
METHODS = {
    "with_for_update": "LockR",
    "where": "FilterR",
    "order_by": "OrderR",
    "options": "LoadR",
}
# The statement that is left out.
STATEMENTS = {"flush": "FlushR", "commit": "CommitR", "refresh": "RefreshR"}
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
OPERATORS = (*METHODS.values(), *STATEMENTS.values(), "CompareE", "GuardR")


@dataclass(frozen=True)
class CodeMutant:
    """One planted bug: ``what`` says in a sentence which step a function does without."""

    name: str
    operator: str
    target: str
    what: str
    code: tuple[Rewrite, ...]


def code_mutants(target: str, operators: Collection[str] = OPERATORS) -> Iterator[CodeMutant]:
    """Every mutant of a function (``module:name``), or of all that a module defines.

    Raises VariantError when there is no such function, module or operator.
    """
    unknown = sorted(set(operators) - set(OPERATORS))
    if unknown:
        raise VariantError(
            f"There is no operator {unknown[0]}: the operators are {', '.join(OPERATORS)}."
        )
    for one in [target] if ":" in target else _functions(target):
        yield from (mutant for mutant in _mutants(one) if mutant.operator in operators)


def _functions(module_name: str) -> Iterator[str]:
    try:
        module = import_module(module_name)
    except (ImportError, ValueError) as error:
        raise VariantError(f"There is no module {module_name!r} ({error}).") from None
    for name, value in vars(module).items():
        if getattr(value, "__module__", None) != module_name:
            continue
        functions = vars(value) if inspect.isclass(value) else {"": value}
        for inner, one in functions.items():
            function = inspect.unwrap(one) if callable(one) else one
            if inspect.isfunction(function) and function.__globals__ is vars(module):
                yield f"{module_name}:{name}.{inner}".removesuffix(".")


def _mutants(target: str) -> Iterator[CodeMutant]:
    try:
        tree = ast.parse(source_of(target))
    except (VariantError, SyntaxError):  # made by a decorator, such as a dataclass's methods
        return
    function = target.rpartition(":")[2]
    seen: dict[str, int] = {}
    for number, node in enumerate(ast.walk(tree)):
        for operator, changed, what in _changes(node):
            key = f"{operator} {target} {_short(node)}"
            seen[key] = seen.get(key, 0) + 1
            name = key if seen[key] == 1 else f"{key} #{seen[key]}"
            source = ast.unparse(_with(tree, number, changed))
            yield CodeMutant(
                name, operator, target, f"{function} {what}.", (Rewrite(target, source),)
            )


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST, str]]:
    match node:
        case ast.Call(func=ast.Attribute(value=query, attr=method)) if method in METHODS:
            arguments = ", ".join(ast.unparse(one) for one in node.args)
            yield METHODS[method], query, f"leaves out .{method}({arguments})"
        case ast.Expr(value=ast.Await(value=ast.Call(func=ast.Attribute(attr=method)))) if (
            method in STATEMENTS
        ):
            yield STATEMENTS[method], ast.Pass(), f"leaves out {ast.unparse(node)}"
        case ast.Compare(ops=[operator]) if type(operator) in COMPARISONS:
            changed = ast.Compare(node.left, [COMPARISONS[type(operator)]()], node.comparators)
            yield "CompareE", changed, f"asks {ast.unparse(changed)}, not {ast.unparse(node)}"
        case ast.If(body=[ast.Raise()], orelse=[]):
            yield "GuardR", ast.Pass(), f"does not refuse if {ast.unparse(node.test)}"


def _short(node: ast.AST) -> str:
    """The part of the text that tells mutants of a function apart."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return f".{node.func.attr}({', '.join(ast.unparse(one) for one in node.args)})"
    return ast.unparse(node.test if isinstance(node, ast.If) else node)


def _with(tree: ast.Module, number: int, changed: ast.AST) -> ast.AST:
    """A copy of the tree with something else in place of its node of this number."""
    other = copy.deepcopy(tree)
    place = next(node for position, node in enumerate(ast.walk(other)) if position == number)
    return ast.fix_missing_locations(_Replacing(place, copy.deepcopy(changed)).visit(other))


class _Replacing(ast.NodeTransformer):
    def __init__(self, place: ast.AST, changed: ast.AST) -> None:
        self._place = place
        self._changed = changed

    def visit(self, node: ast.AST) -> ast.AST:
        return self._changed if node is self._place else self.generic_visit(node)
