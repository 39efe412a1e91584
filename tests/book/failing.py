"""Failures in cells: each is stated, with its test and its exception, and none is let pass."""

import ast
import re
from collections.abc import Iterable, Iterator

from .page import Cell, Page

LET_PASS = re.compile(
    r"\b(?:xfail|importorskip|skipif|raise_on_error|raises-exception)\b|\bpytest\.skip\b|mark\.skip\b"
    r"|--(?:deselect|runxfail|maxfail)\b"
)
OPTION = re.compile(r"""--fails[= ]+(?:"([^"]*)"|'([^']*)'|(\S+))""")
NAMED = re.compile(r".+:([A-Za-z_]\w*)$")
BAD_END = re.compile(r"\b\d+ (failed|errors?|skipped|xfailed|xpassed|warnings?)\b")
FAILED = ("failed", "error", "errors")
BAD_LINE = re.compile(r"^(?:FAILED|ERROR) \S+?\.py::(?:\w+::)*(.+?)(?: - .*)?$", re.M)
BROAD = re.compile(r"pytest\.raises\(\s*(?:Base)?Exception\b")


def stated(cell: Cell) -> list[str]:
    """What the cell says must fail, in its magic or in a call: test, or test:Exception."""
    magic = cell.source.split("\n", 1)[0] if cell.source.startswith("%%") else ""
    found = ["".join(groups) for groups in OPTION.findall(magic)]
    return found + list(_stated_in_calls(cell))


def _stated_in_calls(cell: Cell) -> Iterator[str]:
    """Of ``ipytest.run(…, "--fails", x)``, where x is a string or a name of the same cell."""
    try:
        nodes = list(ast.walk(ast.parse(cell.python)))
    except SyntaxError:  # IPython's own language
        return
    names = {
        target.id: node.value.value
        for node in nodes
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for call in (node for node in nodes if isinstance(node, ast.Call)):
        for option, value in zip(call.args, call.args[1:], strict=False):
            if isinstance(option, ast.Constant) and option.value == "--fails":
                is_name = isinstance(value, ast.Name)
                yield str(names.get(value.id, "") if is_name else getattr(value, "value", ""))


def let_pass(page: Page, may_skip: frozenset[str] = frozenset()) -> Iterator[str]:
    """Failures that the source tolerates; the cells of ``may_skip`` need what may not be there."""
    for cell in page.cells:
        where = f"line {cell.line}"
        if "raises-exception" in cell.tags or "skip-execution" in cell.tags:
            yield f"{where}: the cell has the tag {', '.join(cell.tags)}"
        for word in LET_PASS.findall(cell.source):
            if cell.name not in may_skip or "skip" not in word:
                yield f"{where}: {word} lets a failure pass; state it with --fails test:Exception"
        for one in stated(cell):
            named = NAMED.match(re.sub(r"\[.*\]", "", one))
            if not named or named[1] in ("Exception", "BaseException"):
                yield f"{where}: --fails {one} names no exception"
        if BROAD.search(cell.source):
            yield f"{where}: pytest.raises(Exception) takes any failure for the one that is meant"


def unstated(
    cell: Cell, printed: str, claimed: Iterable[str] = (), may_skip: bool = False
) -> Iterator[str]:
    """Failures that the cell printed, and neither states nor claims with their test.

    ``claimed`` holds the patterns of its claims: so a run of pytest in a process of its own, whose
    end the cell's magic does not see, says which tests it lets fail.
    """
    tests = {re.sub(r"(\[.*\])?:\w+$", r"\1", one) for one in stated(cell)}
    spans = [found[0] for each in claimed for found in re.finditer(each, printed, re.M)]
    seen = set(BAD_LINE.findall(printed))
    told = {name for name in seen if name in tests or any(name in span for span in spans)}
    for name in sorted(seen - told):
        yield f"line {cell.line}: {name} failed, and the cell does not say so"
    for found in BAD_END.finditer(printed):
        kind = found[1]
        claimed_so = "warning" in kind and any(found[0] in span for span in spans)
        stated_so = may_skip if kind == "skipped" else kind in FAILED and (tests or told)
        if not (claimed_so or stated_so):
            yield f"line {cell.line}: the cell printed {kind!r}, and does not state it"
    if "Traceback (most recent call last)" in printed and not (tests or spans):
        yield f"line {cell.line}: the cell printed a traceback, and does not state it"
