"""Which mutants are worth running: each is tried on a server, in a savepoint, and compared."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

import psycopg
from sqlalchemy import URL

from nomocks.mutation.errors import VariantError
from nomocks.mutation.facts import Facts, facts_of
from nomocks.mutation.operators.drafting import SchemaMutant
from nomocks.postgres.connection import connected

NOT_THERE = (
    psycopg.errors.UndefinedObject,
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedColumn,
)


@dataclass(frozen=True)
class Removed:
    """A mutant that is not run, and one line that says why."""

    mutant: SchemaMutant
    why: Literal["equivalent", "stillborn", "redundant"]
    reason: str


@dataclass(frozen=True)
class Sorted:
    """``kept`` can be killed; ``plans`` differ in indexes alone, so only a query's plan tells."""

    kept: tuple[SchemaMutant, ...]
    plans: tuple[SchemaMutant, ...]
    removed: tuple[Removed, ...]


def sort_out(mutants: Iterable[SchemaMutant], database: URL) -> Sorted:
    """Try each mutant on a database that holds the tables as they are; nothing of it stays.

    Raises VariantError when the database has not got what a mutant changes, PostgresError when it
    can't be reached.
    """
    kept: list[SchemaMutant] = []
    plans: list[SchemaMutant] = []
    removed: list[Removed] = []
    seen: dict[tuple[str, Facts], str] = {}
    with connected(database) as connection, connection.transaction(force_rollback=True):
        for mutant in mutants:
            original = _facts(connection, mutant)
            try:
                changed = _changed(connection, mutant)
            except psycopg.Error as error:
                reason = str(error).partition("\n")[0]
                removed.append(Removed(mutant, "stillborn", f"PostgreSQL refuses it: {reason}"))
                continue
            only_plans = changed.behaves_like(original)
            told = mutant.table, changed if only_plans else replace(changed, indexes=frozenset())
            if changed == original:
                removed.append(Removed(mutant, "equivalent", "no test could tell it apart"))
            elif told in seen:
                removed.append(Removed(mutant, "redundant", f"it is {seen[told]} again"))
            else:
                seen[told] = mutant.name
                (plans if only_plans else kept).append(mutant)
    return Sorted(tuple(kept), tuple(plans), tuple(removed))


def _facts(connection: psycopg.Connection[Any], mutant: SchemaMutant) -> Facts:
    try:
        return facts_of(connection, mutant.table)
    except NOT_THERE:
        raise VariantError(
            f"The database has no table {mutant.table}: give the mutants the MetaData that it was "
            "made from."
        ) from None


def _changed(connection: psycopg.Connection[Any], mutant: SchemaMutant) -> Facts:
    with connection.transaction(force_rollback=True):
        try:
            for statement in mutant.statements:
                connection.execute(statement.encode())
        except psycopg.errors.UndefinedObject as error:
            reason = str(error).partition("\n")[0]
            raise VariantError(
                f"{mutant.name} changes what the database does not have ({reason}): give the "
                "constraint a name in the model, or name all by a naming_convention."
            ) from None
        return facts_of(connection, mutant.table)
