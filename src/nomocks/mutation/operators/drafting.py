"""What every operator needs: the form of a mutant, and SQL for parts of a table."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlglot
from sqlalchemy import (
    CheckConstraint,
    Column,
    Constraint,
    Dialect,
    ForeignKeyConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
)
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.schema import AddConstraint, CreateIndex, ExecutableDDLElement
from sqlalchemy.sql.elements import ClauseElement

from nomocks.mutation.schema import drop_constraint

POSTGRESQL: Dialect = dialect()  # type: ignore[no-untyped-call]
_quoted = POSTGRESQL.identifier_preparer


@dataclass(frozen=True)
class SchemaMutant:
    """One planted bug: ``what`` says in a sentence what the database now does wrong."""

    name: str  # the operator and the place, such as "NNCR users.email"
    operator: str
    table: str  # as SQL writes it
    what: str
    statements: tuple[str, ...]


def mutant(operator: str, table: Table, place: str, what: str, *statements: str) -> SchemaMutant:
    """A mutant of a table; ``place`` says where in it, and how it was changed."""
    dot = "." if place[:1].isalpha() or place[:1] == "_" else ""
    name = f"{operator} {table.name}{dot}{place}"
    return SchemaMutant(name, operator, name_of(table), what, statements)


def scratch(metadata: MetaData) -> MetaData:
    """A copy to draft changes on, whose constraints all have the names that PostgreSQL knows."""
    copy = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.sorted_tables:
        table.to_metadata(copy)
    for table in copy.sorted_tables:
        for column in table.columns:
            for check in column.constraints:
                if isinstance(check, CheckConstraint):  # PostgreSQL knows only those of tables
                    table.append_constraint(CheckConstraint(check.sqltext, name=check.name))
        for constraint in table.constraints:
            if not isinstance(constraint.name, str):
                constraint.name = _default_name(constraint)
    return copy


def _default_name(constraint: Constraint) -> str:
    """What PostgreSQL calls a constraint that was created without a name."""
    table = constraint.table.name
    if isinstance(constraint, PrimaryKeyConstraint):
        return f"{table}_pkey"
    if isinstance(constraint, CheckConstraint):
        used = columns_in(sql(constraint.sqltext))
        return "_".join([table, *(used if len(used) == 1 else ()), "check"])
    columns = [column.name for column in getattr(constraint, "columns", ())]
    suffix = "fkey" if isinstance(constraint, ForeignKeyConstraint) else "key"
    return "_".join([table, *columns, suffix])


def columns_in(text: str) -> set[str]:
    """The columns that an expression names; none if it can't be read."""
    try:
        tree = sqlglot.parse_one(text, dialect="postgres")
    except sqlglot.errors.SqlglotError:
        return set()
    return {column.name for column in tree.find_all(sqlglot.exp.Column)}


def name_of(table: Table) -> str:
    """A table as SQL writes it."""
    return _quoted.format_table(table)


def column_name(column: Column[object]) -> str:
    """A column as SQL writes it."""
    return _quoted.format_column(column)


def alter(column: Column[object], change: str) -> str:
    """Change one column."""
    return f"ALTER TABLE {name_of(column.table)} ALTER COLUMN {column_name(column)} {change}"


def dropped(constraint: Constraint) -> str:
    """Remove a constraint."""
    table = constraint.table
    return drop_constraint(name_of(table), str(_quoted.format_constraint(constraint)))


def added(constraint: Constraint) -> str:
    """Add a constraint that was made for the purpose; the table is left without it."""
    statement = sql(AddConstraint(constraint))
    constraint.table.constraints.discard(constraint)
    return statement


def created(index: Index) -> str:
    """Create an index that was made for the purpose; the table is left without it."""
    statement = sql(CreateIndex(index))
    if index.table is not None:
        index.table.indexes.discard(index)
    return statement


def sql(element: ExecutableDDLElement | ClauseElement) -> str:
    """The text of a statement or an expression, with its values in it."""
    if isinstance(element, ExecutableDDLElement):
        return str(element.compile(dialect=POSTGRESQL)).strip()
    return str(element.compile(dialect=POSTGRESQL, compile_kwargs={"literal_binds": True}))


def listed(columns: Iterable[Column[object]]) -> str:
    """Columns in a sentence."""
    *most, last = [column.name for column in columns]
    return f"{', '.join(most)} and {last}" if most else last


def short(columns: Iterable[Column[object]]) -> str:
    """Columns in a mutant's name."""
    return ",".join(column.name for column in columns)
