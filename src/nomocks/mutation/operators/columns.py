"""Operators for what a column is besides its constraints."""

from collections.abc import Iterator

from sqlalchemy import DateTime, Numeric, String, Table

from nomocks.mutation.operators.drafting import SchemaMutant, alter, mutant


def server_default(table: Table) -> Iterator[SchemaMutant]:
    """DefaultR: the server's default for a column removed."""
    for column in table.columns:
        if column.server_default is None or column.computed or column.identity:
            continue
        what = f"{table.name}.{column.name} has no default in the database."
        yield mutant("DefaultR", table, column.name, what, alter(column, "DROP DEFAULT"))


def type_of(table: Table) -> Iterator[SchemaMutant]:
    """ScaleR, TimezoneR, LengthR: a decimal place, the time zone, the longest length lost."""
    for column in table.columns:
        kind, where = column.type, f"{table.name}.{column.name}"
        if isinstance(kind, Numeric) and kind.scale:
            left = kind.scale - 1
            what = f"{where} is rounded to numeric({kind.precision}, {left})."
            change = alter(column, f"TYPE numeric({kind.precision}, {left})")
            yield mutant("ScaleR", table, column.name, what, change)
        elif isinstance(kind, DateTime) and kind.timezone:
            what = f"{where} forgets the time zone of what it is given."
            change = alter(column, "TYPE timestamp without time zone")
            yield mutant("TimezoneR", table, column.name, what, change)
        elif type(kind) is String and kind.length:
            what = f"{where} may be longer than {kind.length} letters."
            yield mutant("LengthR", table, column.name, what, alter(column, "TYPE text"))
