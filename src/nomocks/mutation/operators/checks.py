"""Operators for CHECK, and for the expressions of generated columns, on the tree of the SQL."""

import warnings
from collections.abc import Iterator

import sqlglot
from sqlalchemy import CheckConstraint, Computed, Table, text
from sqlglot import exp

from nomocks.mutation.operators.drafting import (
    SchemaMutant,
    added,
    alter,
    dropped,
    mutant,
    sql,
)

RELATIONAL = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
ARITHMETIC: dict[type[exp.Expr], type[exp.Binary]] = {
    exp.Add: exp.Sub,
    exp.Sub: exp.Add,
    exp.Mul: exp.Add,
    exp.Div: exp.Mul,
}


def check(table: Table) -> Iterator[SchemaMutant]:
    """CCNullifier, CCInExpressionRHSListExpressionElementR, CCRelationalExpressionOperatorE.

    Beyond them, CCBetweenE leaves out a bound of BETWEEN, or its very value.
    """
    checks = [one for one in table.constraints if isinstance(one, CheckConstraint)]
    for constraint in sorted(checks, key=lambda one: str(one.name)):
        name, condition = str(constraint.name), sql(constraint.sqltext)
        what = f"{table.name} does not check {condition}."
        yield mutant("CCNullifier", table, name, what, dropped(constraint))
        for operator, changed in _conditions(condition):
            what = f"{table.name} checks {changed}, not {condition}."
            add = added(CheckConstraint(text(changed), name=constraint.name, table=table))
            yield mutant(operator, table, f"{name}: {changed}", what, dropped(constraint), add)


def generated(table: Table) -> Iterator[SchemaMutant]:
    """GeneratedE: another operator in a generated column's expression, or one operand alone."""
    for column in table.columns:
        if not isinstance(column.computed, Computed):
            continue
        now = sql(column.computed.sqltext)
        for changed in _expressions(now):
            what = f"{table.name}.{column.name} is {changed}, not {now}."
            place = f"{column.name}: {changed}"
            change = alter(column, f"SET EXPRESSION AS ({changed})")
            yield mutant("GeneratedE", table, place, what, change)


def _conditions(condition: str) -> Iterator[tuple[str, str]]:
    for tree in _trees(condition):
        for place in tree.find_all(exp.In):
            for fewer in _fewer(place):
                yield "CCInExpressionRHSListExpressionElementR", _with(tree, place, fewer)
        for compared in tree.find_all(*RELATIONAL):
            for kind in RELATIONAL:
                if not isinstance(compared, kind):
                    other = kind(this=compared.this.copy(), expression=compared.expression.copy())
                    yield "CCRelationalExpressionOperatorE", _with(tree, compared, other)
        for between in tree.find_all(exp.Between):
            for bounds in _other_bounds(between):
                yield "CCBetweenE", _with(tree, between, bounds)


def _fewer(place: exp.In) -> Iterator[exp.Expr]:
    """The list of IN without one of its elements; a list of one stays as it is."""
    for number in range(len(place.expressions)) if len(place.expressions) > 1 else ():
        changed = place.copy()
        changed.expressions[number].pop()
        yield changed


def _other_bounds(place: exp.Between) -> Iterator[exp.Expr]:
    value, low, high = place.this, place.args["low"], place.args["high"]

    def both(least: type[exp.Binary], most: type[exp.Binary]) -> exp.Expr:
        lower = least(this=value.copy(), expression=low.copy())
        upper = most(this=value.copy(), expression=high.copy())
        return exp.paren(exp.and_(lower, upper))

    yield exp.GTE(this=value.copy(), expression=low.copy())
    yield exp.LTE(this=value.copy(), expression=high.copy())
    yield both(exp.GT, exp.LTE)
    yield both(exp.GTE, exp.LT)


def _expressions(expression: str) -> Iterator[str]:
    for tree in _trees(expression):
        for place in tree.find_all(*ARITHMETIC):
            other = ARITHMETIC[type(place)](
                this=place.this.copy(), expression=place.expression.copy()
            )
            for changed in (exp.paren(other), place.this.copy(), place.expression.copy()):
                yield _with(tree, place, changed)


def _trees(text: str) -> Iterator[exp.Expr]:
    """The tree of an expression; none, with a warning, if it can't be read."""
    try:
        yield sqlglot.parse_one(text, dialect="postgres")
    except sqlglot.errors.SqlglotError:
        warnings.warn(
            f"The expression {text} can't be read, so no operator changes it: "
            "write variants of it by hand.",
            stacklevel=2,
        )


def _with(tree: exp.Expr, place: exp.Expr, changed: exp.Expr) -> str:
    """The text of the tree with something else in one place."""
    position = next(number for number, node in enumerate(tree.walk()) if node is place)
    if position == 0:
        return changed.unnest().sql("postgres")
    copy = tree.copy()
    next(node for number, node in enumerate(copy.walk()) if number == position).replace(changed)
    return copy.sql("postgres")
