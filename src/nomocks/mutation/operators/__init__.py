"""Mutants of a schema, made from its ``MetaData``, for PostgreSQL.

The operators PKC…, UC…, NNC…, CC… and FKC… bear the names that they have in SchemaAnalyst, the tool
of Wright, Kapfhammer and McMinn, "The impact of equivalent, redundant and quasi mutants on database
schema mutation analysis" (QSIC 2014), which also tells why some mutants are not worth running. What
is added to them, the docstrings say. The others are of what an ORM and PostgreSQL add.
"""

from collections.abc import Callable, Collection, Iterator

from sqlalchemy import MetaData, Table

from nomocks.mutation.errors import VariantError
from nomocks.mutation.operators.checks import check, generated
from nomocks.mutation.operators.columns import server_default, type_of
from nomocks.mutation.operators.drafting import SchemaMutant, scratch
from nomocks.mutation.operators.foreign_keys import foreign_key
from nomocks.mutation.operators.indexes import index
from nomocks.mutation.operators.keys import not_null, primary_key, unique

Operator = Callable[[Table], Iterator[SchemaMutant]]

# What makes mutants of which names: a name is the operator's in the report, too.
MAKERS: dict[Operator, tuple[str, ...]] = {
    primary_key: ("PKCColumnA", "PKCColumnR", "PKCColumnE"),
    unique: ("UCColumnA", "UCColumnR", "UCColumnE", "UCNullsDistinct"),
    not_null: ("NNCA", "NNCR"),
    check: (
        "CCNullifier",
        "CCInExpressionRHSListExpressionElementR",
        "CCRelationalExpressionOperatorE",
        "CCBetweenE",
    ),
    foreign_key: ("FKCColumnPairA", "FKCColumnPairR", "FKCColumnPairE", "FKOnDeleteE"),
    server_default: ("DefaultR",),
    type_of: ("ScaleR", "TimezoneR", "LengthR"),
    generated: ("GeneratedE",),
    index: ("IndexR", "IndexUniqueR", "IndexPredicateR"),
}
OPERATORS = tuple(name for names in MAKERS.values() for name in names)


def schema_mutants(
    metadata: MetaData, operators: Collection[str] = OPERATORS
) -> Iterator[SchemaMutant]:
    """Every mutant of these tables, equivalent and stillborn ones too: see ``sort_out``.

    Raises VariantError when there is no such operator.
    """
    unknown = sorted(set(operators) - set(OPERATORS))
    if unknown:
        raise VariantError(
            f"There is no operator {unknown[0]}: the operators are {', '.join(OPERATORS)}."
        )
    for table in scratch(metadata).sorted_tables:
        for make, names in MAKERS.items():
            if not set(names).isdisjoint(operators):
                yield from (one for one in make(table) if one.operator in operators)
