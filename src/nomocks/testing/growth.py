"""How the work of a statement grows with its tables: measured in rows, at two sizes or more.

The measure is ``Plan.handled``, the rows that all steps of the plan passed on or discarded. Seconds
depend on the machine and its load, the estimated cost on the server's settings, and pages on dead
rows that earlier tests left; the rows depend on the data and the plan alone.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import Literal, TypeVar, get_args

from sqlalchemy import Executable, func, select, table
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from nomocks.testing.plans import Plan, analyze, explain

Target = TypeVar("Target", AsyncSession, AsyncConnection)
Bound = Literal["logarithmic", "linear"]

TOLERANCE = 1.5  # times as much as the bound says: data are not spread evenly
FEW = 10  # rows more that never matter


@dataclass(frozen=True)
class Measure:
    """The largest table of a statement, in rows, and the rows that the statement handled."""

    rows: int
    handled: float
    plan: Plan

    def __str__(self) -> str:
        return f"{self.rows:,} rows: {self.handled:,.0f} handled\n{self.plan}"


async def assert_grows(
    target: Target,
    statement: Executable,
    grow: Callable[[Target, int], Awaitable[object]],
    *,
    at_most: Bound,
    sizes: Sequence[int] = (1_000, 10_000),
) -> None:
    """Assert that a statement's work grows no faster than this with the rows of its tables.

    ``grow(target, n)`` adds n rows, and is called once for each size. The statement is run, as by
    ``explain(..., analyze=True)``. A lookup through an index is at most logarithmic, as long as its
    result does not grow too; a scan of the table, linear; a nested loop over two scans, neither.
    Below some hundred rows PostgreSQL rightly scans, index or not: let the last size be larger.

    Raises ValueError for another bound, if the sizes don't grow, or ``grow`` adds no rows that the
    statement reads.
    """
    __tracebackhide__ = True
    if at_most not in get_args(Bound):
        raise ValueError(f"at_most is {at_most!r}: choose one of {', '.join(get_args(Bound))}.")
    measures = await measure(target, statement, grow, sizes)
    for small, large in pairwise(measures):
        factor = log(large.rows) / log(small.rows)
        if at_most == "linear":
            factor = large.rows / small.rows
        if large.handled > small.handled * factor * TOLERANCE + FEW:
            found = "\n\n".join(map(str, measures))
            raise AssertionError(
                f"The statement's work grows faster than {at_most}: {small.handled:,.0f} rows "
                f"handled of {small.rows:,}, {large.handled:,.0f} of {large.rows:,}.\n\n{found}"
            )


async def measure(
    target: Target,
    statement: Executable,
    grow: Callable[[Target, int], Awaitable[object]],
    sizes: Sequence[int],
) -> list[Measure]:
    """The statement's work at each size; raises as ``assert_grows``."""
    if len(sizes) < 2 or any(small >= large for small, large in pairwise((1, *sizes))):
        raise ValueError(f"Growth is measured at two or more growing sizes above 1, not {sizes}.")
    measures: list[Measure] = []
    before = await _rows(target, await explain(target, statement))
    for missing in (large - small for small, large in pairwise((0, *sizes))):
        await grow(target, missing)
        plan = await explain(target, statement)
        rows = await _rows(target, plan)
        if all(rows[name] - before.get(name, 0) < missing for name in rows):
            raise ValueError(
                f"grow() was to add {missing} rows to a table that the statement reads, and these "
                f"have only as many now: {rows}."
            )
        await analyze(target, plan)
        plan = await explain(target, statement, analyze=True)
        measures.append(Measure(max(rows.values()), plan.handled, plan))
        before = rows
    return measures


async def _rows(target: Target, plan: Plan) -> dict[str, int]:
    """How many rows each table of a plan has."""
    found: dict[str, int] = {}
    for node in plan.walk():
        if node.relation and node.relation not in found:
            count = select(func.count()).select_from(table(node.relation, schema=node.schema))
            found[node.relation] = (await target.execute(count)).scalar_one()
    return found
