"""Counting the statements that reach the server: how many, which, and which line sent them.

::

    with count_statements(session) as seen:
        await list_orders(session)
    assert len(seen) == 2, str(seen)

One execution of a cursor is one statement, also one that the server then refuses:

- an INSERT of many objects is one for each batch (SQLAlchemy's insertmanyvalues, 1,000 rows);
- an executemany, one statement with a list of parameters, is one, whatever the driver makes of it;
- a result that is streamed is one, however often rows are fetched;
- a default that is fetched before an INSERT, as of a sequence, is one of its own.

Not counted: BEGIN, COMMIT, ROLLBACK and savepoints, with which a test's isolation works, and what
a dialect or a driver asks on a new connection.
"""

import re
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, TextClause, event
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.exc import UnboundExecutionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from sqlalchemy.orm import ORMExecuteState, RelationshipProperty, Session

from nomocks.testing.callers import calling_lines
from nomocks.testing.sent import Statement, Statements

Countable = AsyncEngine | Engine | AsyncConnection | Connection | AsyncSession | Session

LOAD = "nomocks_load"  # the execution option in which the ORM's event tells the engine's event
TRANSACTION = re.compile(
    r"\s*(BEGIN|START\s+TRANSACTION|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE)\b", re.I
)
EXPANDING = re.compile(r"__\[POSTCOMPILE_\w+\]")  # the place of an IN list in compiled SQL
LITERAL = re.compile(r"'(?:[^']|'')*'|(?<![\w$.])\d+(?:\.\d+)?\b")
LIST = re.compile(r"…(?:, …)+")
ROW = r"\((?:[^()]|\([^()]*\))*\)"
ROWS = re.compile(rf"\b(VALUES {ROW})(?:, {ROW})+")


@contextmanager
def count_statements(target: Countable, *others: Countable) -> Generator[Statements]:
    """Count what is sent inside the block through an engine, a connection, or a session's bind.

    An engine counts for all its connections, whichever session or task uses them; a connection
    counts for itself. Blocks may be nested, each counts all that is sent inside it.

    Raises TypeError for anything else, and ValueError for what is bound to no engine.
    """
    seen = Statements()
    with ExitStack() as stack:
        # a new function for each block: the end of an inner one must not remove the outer one's
        _listen(stack, Session, "do_orm_execute", lambda state: _tell_load(state))
        for one in _without_doubles((target, *others)):
            _listen(stack, one, "before_cursor_execute", _noting(seen._sent))
        yield seen


def is_of_transaction(text: str) -> bool:
    """Whether a statement begins or ends a transaction or a savepoint: such are not counted."""
    return TRANSACTION.match(text) is not None


def engine_of(target: Countable) -> Engine:
    """The engine that a connection or a session works on; raises like ``count_statements``."""
    return _listenable(target).engine


def _without_doubles(targets: Iterable[Countable]) -> set[Engine | Connection]:
    found = {_listenable(target) for target in targets}
    return {one for one in found if isinstance(one, Engine) or one.engine not in found}


def _listenable(target: Countable) -> Engine | Connection:
    if isinstance(target, AsyncSession):
        target = target.sync_session
    if isinstance(target, Session):
        try:
            return target.get_bind()
        except UnboundExecutionError:
            raise ValueError(
                "The session is bound to no one engine: count on the engine itself."
            ) from None
    if isinstance(target, AsyncEngine):
        return target.sync_engine
    if isinstance(target, AsyncConnection):
        if target.sync_connection is None:
            raise ValueError("The connection is not open yet: count after its start.")
        return target.sync_connection
    if isinstance(target, Engine | Connection):
        return target
    raise TypeError(
        f"Statements are counted on an engine, a connection or a session, not on {target!r}."
    )


def _listen(stack: ExitStack, target: object, name: str, function: Callable[..., None]) -> None:
    event.listen(target, name, function)
    stack.callback(event.remove, target, name, function)


def _tell_load(state: ORMExecuteState) -> None:
    """Hand down, with the statement's execution options, which relationship it is to load."""
    path = state.loader_strategy_path if state.is_relationship_load else None
    steps = path.path if path else ()
    loads = [step for step in steps if isinstance(step, RelationshipProperty)]
    if loads:
        load = str(loads[-1]), state.lazy_loaded_from is not None
        state.update_execution_options(**{LOAD: load})


def _noting(sent: list[Statement]) -> Callable[..., None]:
    """A listener for the engine's ``before_cursor_execute``."""

    def note(
        connection: Connection,  # noqa: ARG001
        cursor: object,  # noqa: ARG001
        text: str,
        parameters: Any,
        context: DefaultExecutionContext | None,
        executemany: bool,
    ) -> None:
        if is_of_transaction(text):
            return
        many = executemany and isinstance(parameters, list)
        load = context.execution_options.get(LOAD) if context else None
        line, test_line = calling_lines()
        sent.append(
            Statement(
                text=text,
                shape=_shape(text, context),
                parameters=sum(map(len, parameters)) if many else len(parameters),
                line=line,
                test_line=test_line,
                relationship=load[0] if load else None,
                lazy=bool(load and load[1]),
                writes=bool(context and (context.isinsert or context.isupdate or context.isdelete)),
            )
        )

    return note


def _shape(text: str, context: DefaultExecutionContext | None) -> str:
    """Compiled text is taken as it was before lists were expanded; your own has its literals in."""
    compiled = context.compiled if context else None
    shape = " ".join((str(compiled) if compiled else text).split())
    if compiled is None or isinstance(compiled.statement, TextClause):
        shape = LIST.sub("…", LITERAL.sub("…", shape))
    return ROWS.sub(r"\1, …", EXPANDING.sub("…", shape))
