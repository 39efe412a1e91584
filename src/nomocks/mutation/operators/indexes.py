"""Operators for indexes: some change what the database takes, the others only its plans."""

from collections.abc import Iterator

from sqlalchemy import Index, Table
from sqlalchemy.schema import DropIndex

from nomocks.mutation.operators.drafting import SchemaMutant, created, mutant, sql

WHERE = "postgresql_where"


def index(table: Table) -> Iterator[SchemaMutant]:
    """IndexR for a plain index; IndexUniqueR; IndexPredicateR for a partial one."""
    for one in sorted(table.indexes, key=lambda one: str(one.name)):
        name, drop = str(one.name), sql(DropIndex(one))
        if one.unique:
            what = f"The index {name} on {table.name} takes several rows with the same values."
            yield mutant("IndexUniqueR", table, name, what, drop, created(_like(one, unique=False)))
        else:
            what = f"{table.name} has no index {name}."
            yield mutant("IndexR", table, name, what, drop)
        predicate = one.dialect_kwargs.get(WHERE)
        if predicate is not None:
            what = f"The index {name} is on all rows of {table.name}, not those with {predicate}."
            yield mutant(
                "IndexPredicateR", table, name, what, drop, created(_like(one, **{WHERE: None}))
            )


def _like(index: Index, *, unique: bool | None = None, **changed: object) -> Index:
    return Index(
        index.name,
        *index.expressions,
        unique=index.unique if unique is None else unique,
        **(dict(index.dialect_kwargs) | changed),
    )
