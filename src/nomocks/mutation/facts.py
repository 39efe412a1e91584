"""What PostgreSQL's catalog says about a table, without names: equal facts, equal behavior."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psycopg

RULES = """
SELECT concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull, attgenerated,
    attidentity, pg_get_expr(adbin, adrelid)) AS fact, attname, attnotnull
  FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  WHERE attrelid = %(table)s::regclass AND attnum > 0 AND NOT attisdropped
UNION SELECT pg_get_constraintdef(oid), NULL, false FROM pg_constraint
  WHERE conrelid = %(table)s::regclass AND contype IN ('c', 'f', 'x')
"""
INDEXES = """
SELECT indisunique AND indimmediate,
    array(SELECT pg_get_indexdef(indexrelid, key, true)
      FROM generate_series(1, indnkeyatts) AS key),
    coalesce(pg_get_expr(indpred, indrelid), ''),
    indnullsnotdistinct,
    regexp_replace(pg_get_indexdef(indexrelid), '^CREATE (UNIQUE )?INDEX \\S+', '')
  FROM pg_index WHERE indrelid = %(table)s::regclass
"""


@dataclass(frozen=True)
class Unique:
    """What must not be there twice, for which rows, and whether NULL is equal to NULL."""

    columns: frozenset[str]
    rows: str
    nulls_equal: bool

    def implies(self, other: "Unique") -> bool:
        """Whether no two rows that the other refuses get past this one."""
        stricter = self.nulls_equal or not other.nulls_equal
        return self.columns <= other.columns and self.rows in ("", other.rows) and stricter


@dataclass(frozen=True)
class Facts:
    """What a table takes, and the indexes that only its plans depend on."""

    rules: frozenset[str]
    uniques: frozenset[Unique]
    indexes: frozenset[str]

    def behaves_like(self, other: "Facts") -> bool:
        """Whether no test of answers can tell the two apart."""
        return (self.rules, self.uniques) == (other.rules, other.uniques)


def facts_of(connection: psycopg.Connection[Any], table: str) -> Facts:
    """The facts of one table, whose name is written as in SQL."""
    rules = connection.execute(RULES, {"table": table}).fetchall()
    indexes = connection.execute(INDEXES, {"table": table}).fetchall()
    required = {name for _, name, not_null in rules if not_null}
    uniques = [
        Unique(frozenset(columns), rows, nulls_equal or required.issuperset(columns))
        for is_unique, columns, rows, nulls_equal, _ in indexes
        if is_unique
    ]
    return Facts(
        frozenset(row[0] for row in rules),
        frozenset(_needed(uniques)),
        frozenset(row[4] for row in indexes),
    )


def _needed(uniques: Iterable[Unique]) -> Iterable[Unique]:
    """Those that no other one makes superfluous."""
    distinct = set(uniques)
    for one in distinct:
        if not any(other != one and other.implies(one) for other in distinct):
            yield one
