"""Operators for FOREIGN KEY."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, ForeignKeyConstraint, Table

from nomocks.mutation.operators.drafting import (
    POSTGRESQL,
    SchemaMutant,
    added,
    dropped,
    listed,
    mutant,
    short,
)

Pair = tuple[Column[Any], Column[Any]]  # of this table, and of the one it points at
# What a row does whose target is deleted. RESTRICT differs from NO ACTION only within a statement.
ON_DELETE = {
    "NO ACTION": "is refused while {rows} point at it",
    "CASCADE": "takes the {rows} along that point at it",
    "SET NULL": "sets {column} to NULL in the {rows} that point at it",
}


def foreign_key(table: Table) -> Iterator[SchemaMutant]:
    """FKCColumnPairA, FKCColumnPairR, FKCColumnPairE, and FKOnDeleteE for its action.

    Only pairs of columns that have the same type are made: PostgreSQL refuses most others.
    """
    keys = [one for one in table.constraints if isinstance(one, ForeignKeyConstraint)]
    for key in sorted(keys, key=lambda one: str(one.name)):
        now = [(element.parent, element.column) for element in key.elements]
        target = key.referred_table
        local = [pair[0] for pair in now]
        for kind, pairs in _changes(key, now):
            rows = f"{table.name}.{short(local)}"
            if pairs:
                points = (
                    f"{listed(pair[0] for pair in pairs)} to {listed(pair[1] for pair in pairs)}"
                )
                what = f"{table.name} points at {target.name} by {points}, not by {listed(local)}."
            else:
                what = f"{rows} may point at a row of {target.name} that is not there."
            place = f"({short(local)})->({','.join(f'{a.name}:{b.name}' for a, b in pairs)})"
            add = (added(_like(key, pairs)),) if pairs else ()
            yield mutant(f"FKCColumnPair{kind}", table, place, what, dropped(key), *add)
        yield from _other_actions(key, now)


def _changes(key: ForeignKeyConstraint, now: Sequence[Pair]) -> Iterator[tuple[str, list[Pair]]]:
    local, remote = [pair[0] for pair in now], [pair[1] for pair in now]
    others = [column for column in key.table.columns if column not in local]
    targets = [column for column in key.referred_table.columns if column not in remote]
    for column in others:
        for target in targets:
            if _alike(column, target):
                yield "A", [*now, (column, target)]
    for pair in now:
        yield "R", [one for one in now if one is not pair]
    for pair in now:
        for column in others:
            if _alike(column, pair[1]):
                yield "E", [(column, one[1]) if one is pair else one for one in now]
        for target in targets:
            if _alike(pair[0], target):
                yield "E", [(one[0], target) if one is pair else one for one in now]


def _other_actions(key: ForeignKeyConstraint, now: Sequence[Pair]) -> Iterator[SchemaMutant]:
    local = [pair[0] for pair in now]
    present = (key.ondelete or "NO ACTION").upper().replace("RESTRICT", "NO ACTION")
    for action, does in ON_DELETE.items():
        # SET NULL on a NOT NULL column refuses the deletion, just as NO ACTION does.
        possible = action != "SET NULL" or all(column.nullable for column in local)
        if action != present and possible:
            does = does.format(rows=f"rows of {key.table.name}", column=listed(local))
            what = f"Deleting a row of {key.referred_table.name} {does}."
            place = f"({short(local)})->{action}"
            change = dropped(key), added(_like(key, now, ondelete=action))
            yield mutant("FKOnDeleteE", key.table, place, what, *change)


def _alike(column: Column[Any], other: Column[Any]) -> bool:
    return column.type.compile(POSTGRESQL) == other.type.compile(POSTGRESQL)


def _like(key: ForeignKeyConstraint, pairs: Sequence[Pair], **changed: Any) -> ForeignKeyConstraint:
    options = {
        "name": key.name,
        "onupdate": key.onupdate,
        "ondelete": key.ondelete,
        "deferrable": key.deferrable,
        "initially": key.initially,
        "match": key.match,
    }
    constraint = ForeignKeyConstraint(
        [pair[0].name for pair in pairs], [pair[1] for pair in pairs], **(options | changed)
    )
    key.table.append_constraint(constraint)
    return constraint
