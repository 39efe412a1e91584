"""Operators for PRIMARY KEY, UNIQUE and NOT NULL."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Column, Table, UniqueConstraint

from nomocks.mutation.operators.drafting import (
    SchemaMutant,
    added,
    alter,
    column_name,
    dropped,
    listed,
    mutant,
    name_of,
    short,
)

Columns = Sequence[Column[object]]


def primary_key(table: Table) -> Iterator[SchemaMutant]:
    """PKCColumnA, PKCColumnR, PKCColumnE: a column more, one less, or another one."""
    key = table.primary_key
    now = list(key.columns)

    def keyed(columns: Columns) -> tuple[str, ...]:
        drop = (dropped(key),) if now else ()
        names = ", ".join(column_name(column) for column in columns)
        add = (f"ALTER TABLE {name_of(table)} ADD PRIMARY KEY ({names})",) if columns else ()
        return drop + add

    for kind, columns, what in _changes(table, now):
        place = f"({short(now)})->({short(columns)})"
        yield mutant(f"PKCColumn{kind}", table, place, what, *keyed(columns))


def unique(table: Table) -> Iterator[SchemaMutant]:
    """UCColumnA, UCColumnR, UCColumnE, and UCNullsDistinct, which loses NULLS NOT DISTINCT.

    UCColumnA also makes columns unique that are in no such constraint.
    """
    for constraint in _uniques(table):
        now = list(constraint.columns)
        for kind, columns, what in _changes(table, now):
            place = f"({short(now)})->({short(columns)})"
            add = (added(_like(constraint, columns)),) if columns else ()
            yield mutant(f"UCColumn{kind}", table, place, what, dropped(constraint), *add)
        if constraint.dialect_options["postgresql"]["nulls_not_distinct"]:
            what = (
                f"Two rows of {table.name} may have the same {listed(now)} if one of them is NULL."
            )
            distinct = added(_like(constraint, now, postgresql_nulls_not_distinct=False))
            place = f"({short(now)})"
            yield mutant("UCNullsDistinct", table, place, what, dropped(constraint), distinct)
    for column in table.columns:
        what = f"No two rows of {table.name} may have the same {column.name}."
        change = f"ALTER TABLE {name_of(table)} ADD UNIQUE ({column_name(column)})"
        yield mutant("UCColumnA", table, f"()->({column.name})", what, change)


def not_null(table: Table) -> Iterator[SchemaMutant]:
    """NNCA and NNCR: NOT NULL added and removed. A primary key's columns have it anyway."""
    for column in table.columns:
        if column.primary_key:
            continue
        what = f"{table.name}.{column.name}"
        if column.nullable:
            yield mutant(
                "NNCA",
                table,
                column.name,
                f"{what} must not be NULL.",
                alter(column, "SET NOT NULL"),
            )
        else:
            yield mutant(
                "NNCR", table, column.name, f"{what} may be NULL.", alter(column, "DROP NOT NULL")
            )


def _changes(table: Table, now: Columns) -> Iterator[tuple[str, Columns, str]]:
    """Each way to change the columns of a key: the operator's letter, the columns, a sentence.

    Those with one less come first: of several that do the same, ``sort_out`` keeps the first.
    """
    others = [column for column in table.columns if column not in now]
    for column in now:
        left = [one for one in now if one is not column]
        if not left:
            yield "R", [], f"Two rows of {table.name} may have the same {listed(now)}."
            break
        what = f"No two rows of {table.name} may have the same {listed(left)}, whatever their"
        yield "R", left, f"{what} {column.name}."
    for column in others if now else ():
        yield (
            "A",
            [*now, column],
            f"Two rows of {table.name} may have the same {listed(now)}"
            f" if they differ in {column.name}.",
        )
    for column in now:
        for other in others:
            exchanged = [other if one is column else one for one in now]
            what = f"Rows of {table.name} must differ in {listed(exchanged)}, not in {listed(now)}."
            yield "E", exchanged, what


def _uniques(table: Table) -> list[UniqueConstraint]:
    found = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    return sorted(found, key=lambda one: str(one.name))


def _like(constraint: UniqueConstraint, columns: Columns, **changed: object) -> UniqueConstraint:
    return UniqueConstraint(
        *columns,
        name=constraint.name,
        deferrable=constraint.deferrable,
        initially=constraint.initially,
        **(dict(constraint.dialect_kwargs) | changed),
    )
