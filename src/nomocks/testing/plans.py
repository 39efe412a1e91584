"""Query plans: what PostgreSQL would do for a statement, and what a test may assert of it.

A plan follows the table's size and its statistics, so give it rows before you ask, and run
``analyze``. In a test whose transaction is rolled back, empty the table first (TRUNCATE): otherwise
pages that earlier tests filled and rolled back are still there, and ANALYZE's count of rows and
pages, which PostgreSQL writes in place, outlives the rollback. After a TRUNCATE both go with it.
(A TRUNCATE locks the table: until the rollback, other connections that read it wait.)
"""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql import ClauseElement, coercions, roles
from sqlalchemy.sql.compiler import SQLCompiler

T = TypeVar("T")


@dataclass(frozen=True)
class Node:
    """One step of a plan.

    ``rows`` and ``cost`` are the planner's estimates; the cost is in its own unit, of which one is
    a page read in sequence. Those from ``actual_rows`` on are measured, None unless analyzed, and
    sums over all loops: ``discarded`` rows were read and not passed on, ``pages`` are 8 kB blocks
    that this step and those below it touched, in the cache or not.
    """

    kind: str
    relation: str | None
    schema: str | None
    index: str | None
    condition: str | None
    rows: float
    cost: float
    actual_rows: float | None
    discarded: float | None
    pages: int | None
    children: tuple["Node", ...]

    def walk(self) -> Iterator["Node"]:
        """This step and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def __str__(self) -> str:
        using = f" using {self.index}" if self.index else ""
        on = f" on {self.relation}" if self.relation else ""
        actual = "" if self.actual_rows is None else f", actual rows {self.actual_rows:g}"
        condition = f"  {self.condition}" if self.condition else ""
        numbers = f"(cost {self.cost:.2f}, rows {self.rows:g}{actual})"
        return f"{self.kind}{using}{on}  {numbers}{condition}"


@dataclass(frozen=True)
class Plan:
    """A statement's plan; printed, a tree."""

    root: Node

    def walk(self) -> Iterator[Node]:
        return self.root.walk()

    def find(
        self, kind: str | None = None, *, relation: str | None = None, index: str | None = None
    ) -> tuple[Node, ...]:
        """The steps of this kind ("Seq Scan"), on this table, through this index."""
        wanted = {"kind": kind, "relation": relation, "index": index}
        return tuple(
            node
            for node in self.walk()
            if all(value in (None, getattr(node, name)) for name, value in wanted.items())
        )

    @property
    def handled(self) -> float:
        """Rows that all steps took in hand: passed on or discarded, summed.

        It depends on the data and the plan alone, not on the machine, the cache or dead rows.
        Raises ValueError if the plan was not analyzed.
        """
        if self.root.actual_rows is None:
            raise ValueError("The plan holds no measured rows: explain(..., analyze=True).")
        return sum((node.actual_rows or 0) + (node.discarded or 0) for node in self.walk())

    def __str__(self) -> str:
        return "\n".join(_drawn(self.root))


async def explain(
    target: AsyncSession | AsyncConnection, statement: Executable, *, analyze: bool = False
) -> Plan:
    """The plan for a statement with the values bound to it; with ``analyze``, it is run as well.

    What an analyzed statement changes is taken back by a savepoint (not what a sequence counted).
    An ORM select is planned with its joined loads, and without those of selectinload, which are
    statements of their own, and without what a listener for ``do_orm_execute`` would add.
    """
    return await _in_sync(target, lambda sync: explain_sync(sync, statement, analyze=analyze))


def explain_sync(
    target: Session | Connection, statement: Executable, *, analyze: bool = False
) -> Plan:
    """``explain`` for a Session or a Connection."""
    connection = _connection(target)
    question = _Explain(statement, analyze)
    if not analyze:
        return _read(connection.scalar(question))
    savepoint = connection.begin_nested()
    try:
        return _read(connection.scalar(question))
    finally:
        savepoint.rollback()


async def analyze(target: AsyncSession | AsyncConnection, *plans_or_tables: Plan | str) -> None:
    """Refresh the planner's statistics of these tables (no schema), or of all in these plans."""

    def run(sync: Session | Connection) -> None:
        connection = _connection(sync)
        quote = connection.dialect.identifier_preparer.quote
        for name in dict.fromkeys(_tables(plans_or_tables)):
            connection.execute(text("ANALYZE " + ".".join(map(quote, name))))

    await _in_sync(target, run)


@asynccontextmanager
async def without_seq_scans(target: AsyncSession | AsyncConnection) -> AsyncIterator[None]:
    """Let the planner read whole tables only where it has no other way.

    Inside, a plan shows whether an index can serve the statement at all; outside, whether it does
    at this size. Needs a transaction, and ends with it at the latest.
    """
    before = await target.scalar(select(func.current_setting("enable_seqscan")))
    await target.execute(select(func.set_config("enable_seqscan", "off", True)))
    try:
        yield
    finally:
        with suppress(SQLAlchemyError):  # in a failed transaction the rollback restores it
            await target.execute(select(func.set_config("enable_seqscan", before, True)))


def assert_uses_index(plan: Plan, index: str) -> None:
    """Assert that a step reads through this index: an index, index-only or bitmap scan."""
    __tracebackhide__ = True
    if not plan.find(index=index):
        used = ", ".join(sorted({node.index for node in plan.walk() if node.index})) or "none"
        raise AssertionError(
            f"The plan does not use {index}; indexes that it uses: {used}.\n{plan}"
        )


def assert_no_seq_scan(plan: Plan, relation: str) -> None:
    """Assert that the plan reads this table, and never as a whole."""
    __tracebackhide__ = True
    if not plan.find(relation=relation):
        read = ", ".join(sorted({node.relation for node in plan.walk() if node.relation}))
        raise AssertionError(
            f"The plan does not read {relation}, so this asserts nothing; "
            f"tables that it reads: {read or 'none'}.\n{plan}"
        )
    if plan.find("Seq Scan", relation=relation):
        raise AssertionError(f"The plan reads all of {relation}.\n{plan}")


class _Explain(Executable, ClauseElement):
    """EXPLAIN of a statement, compiled as one with it, so that its parameters keep their types."""

    inherit_cache = False

    def __init__(self, statement: Executable, analyze: bool) -> None:
        self.statement = coercions.expect(roles.StatementRole, statement)
        self.analyze = analyze


@compiles(_Explain)
def _compile(question: _Explain, compiler: SQLCompiler, **options: Any) -> str:
    measured = ", ANALYZE, BUFFERS, TIMING OFF" if question.analyze else ""
    inner = compiler.process(question.statement, **options)
    # What comes back is a plan, whatever the statement returns.
    compiler.isinsert = compiler.isupdate = compiler.isdelete = False
    return f"EXPLAIN (FORMAT JSON, VERBOSE{measured}) {inner}"


def _connection(target: Session | Connection) -> Connection:
    if isinstance(target, Connection):
        return target
    target.flush()  # as the statement itself would
    return target.connection()


async def _in_sync(
    target: AsyncSession | AsyncConnection, function: Callable[[Session | Connection], T]
) -> T:
    if isinstance(target, AsyncSession):
        return await target.run_sync(function)
    if isinstance(target, AsyncConnection):
        return await target.run_sync(function)
    raise TypeError(f"Plans are made on an AsyncSession or an AsyncConnection, not on {target!r}.")


def _read(answer: Any) -> Plan:
    return Plan(_node((json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]))


def _node(raw: dict[str, Any]) -> Node:
    loops = raw.get("Actual Loops")
    removed = [value for key, value in raw.items() if key.startswith("Rows Removed by ")]
    pages = [raw[key] for key in raw if key in ("Shared Hit Blocks", "Shared Read Blocks")]
    return Node(
        kind=raw["Node Type"],
        relation=raw.get("Relation Name"),
        schema=raw.get("Schema"),
        index=raw.get("Index Name"),
        condition=raw.get("Index Cond") or raw.get("Hash Cond") or raw.get("Filter"),
        rows=raw["Plan Rows"],
        cost=raw["Total Cost"],
        actual_rows=None if loops is None else raw["Actual Rows"] * loops,
        discarded=None if loops is None else sum(removed) * loops,
        pages=sum(pages) if pages else None,
        children=tuple(map(_node, raw.get("Plans", ()))),
    )


def _tables(plans_or_tables: tuple[Plan | str, ...]) -> Iterator[tuple[str, ...]]:
    """The names to analyze, with their schemas where they are known."""
    for one in plans_or_tables:
        if isinstance(one, str):
            yield (one,)
            continue
        for node in one.walk():
            if node.relation:
                yield (node.schema, node.relation) if node.schema else (node.relation,)


def _drawn(node: Node, first: str = "", rest: str = "") -> Iterator[str]:
    yield f"{first}{node}"
    for child in node.children:
        yield from _drawn(child, f"{rest}-> ", f"{rest}   ")
