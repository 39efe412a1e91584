"""Each operator makes the mutants that it should, as sentences and as SQL that PostgreSQL takes."""

from collections import Counter
from collections.abc import Sequence

import pytest
from sqlalchemy import (
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    UniqueConstraint,
    text,
)

from nomocks.mutation.errors import VariantError
from nomocks.mutation.operators import OPERATORS, schema_mutants
from nomocks.mutation.sorting import Sorted, sort_out
from nomocks.postgres import Server
from nomocks.testing.databases import template_of
from shop.models import Base

OURS = MetaData()
Table("authors", OURS, Column("id", Integer, primary_key=True))
Table(
    "order",  # a word of SQL's, so it must be quoted
    OURS,
    Column("id", Integer, primary_key=True),
    Column("author", ForeignKey("authors.id", ondelete="CASCADE"), nullable=False),
    Column("Title", String(20), nullable=False, unique=True),
    Column("state", String, server_default="new"),
    Column("price", Numeric(6, 2), CheckConstraint("price > 0")),
    Column("twice", Numeric, Computed("price * 2")),
    Column("at", DateTime(timezone=True)),
    UniqueConstraint("author", "state", postgresql_nulls_not_distinct=True),
    CheckConstraint("state IN ('new', 'old')", name="known"),
    CheckConstraint("price BETWEEN 1 AND 5", name="cheap"),
    Index("ix_at", "at", postgresql_where=text("price > 1")),
    Index("ix_price", "price", unique=True),
)


def made(*operators: str) -> dict[str, str]:
    return {one.name: one.what for one in schema_mutants(OURS, operators) if one.table != "authors"}


def tried(server: Server, metadata: MetaData, operators: Sequence[str] = OPERATORS) -> Sorted:
    with server.create_database("sorting", template_of(server, metadata)) as database:
        return sort_out(schema_mutants(metadata, operators), database.sync_url)


@pytest.mark.parametrize(
    ("operator", "name", "what"),
    [
        ("PKCColumnR", "(id)->()", "Two rows of order may have the same id."),
        ("PKCColumnE", "(id)->(at)", "Rows of order must differ in at, not in id."),
        (
            "PKCColumnA",
            "(id)->(id,at)",
            "Two rows of order may have the same id if they differ in at.",
        ),
        ("UCColumnR", "(Title)->()", "Two rows of order may have the same Title."),
        (
            "UCColumnR",
            "(author,state)->(state)",
            "No two rows of order may have the same state, whatever their author.",
        ),
        (
            "UCColumnA",
            "(Title)->(Title,at)",
            "Two rows of order may have the same Title if they differ in at.",
        ),
        ("UCColumnA", "()->(at)", "No two rows of order may have the same at."),
        ("UCColumnE", "(Title)->(at)", "Rows of order must differ in at, not in Title."),
        (
            "UCNullsDistinct",
            "(author,state)",
            "Two rows of order may have the same author and state if one of them is NULL.",
        ),
        ("NNCR", ".Title", "order.Title may be NULL."),
        ("NNCA", ".at", "order.at must not be NULL."),
        ("CCNullifier", ".known", "order does not check state IN ('new', 'old')."),
        (
            "CCInExpressionRHSListExpressionElementR",
            ".known: state IN ('old')",
            "order checks state IN ('old'), not state IN ('new', 'old').",
        ),
        (
            "CCRelationalExpressionOperatorE",
            ".order_price_check: price >= 0",
            "order checks price >= 0, not price > 0.",
        ),
        (
            "CCBetweenE",
            ".cheap: price >= 1 AND price < 5",
            "order checks price >= 1 AND price < 5, not price BETWEEN 1 AND 5.",
        ),
        (
            "FKCColumnPairR",
            "(author)->()",
            "order.author may point at a row of authors that is not there.",
        ),
        (
            "FKCColumnPairE",
            "(author)->(id:id)",
            "order points at authors by id to id, not by author.",
        ),
        (
            "FKOnDeleteE",
            "(author)->NO ACTION",
            "Deleting a row of authors is refused while rows of order point at it.",
        ),
        ("DefaultR", ".state", "order.state has no default in the database."),
        ("ScaleR", ".price", "order.price is rounded to numeric(6, 1)."),
        ("TimezoneR", ".at", "order.at forgets the time zone of what it is given."),
        ("LengthR", ".Title", "order.Title may be longer than 20 letters."),
        ("GeneratedE", ".twice: price + 2", "order.twice is price + 2, not price * 2."),
        ("IndexR", ".ix_at", "order has no index ix_at."),
        (
            "IndexPredicateR",
            ".ix_at",
            "The index ix_at is on all rows of order, not those with price > 1.",
        ),
        (
            "IndexUniqueR",
            ".ix_price",
            "The index ix_price on order takes several rows with the same values.",
        ),
    ],
)
def test_an_operator_says_in_a_sentence_what_is_wrong(operator: str, name: str, what: str) -> None:
    assert made(operator)[f"{operator} order{name}"] == what


def test_an_operator_makes_one_mutant_of_each_place() -> None:
    assert len(made("CCBetweenE")) == 4
    assert len(made("CCRelationalExpressionOperatorE")) == 5
    assert len(made("CCInExpressionRHSListExpressionElementR")) == 2
    assert len(made("FKOnDeleteE")) == 1  # SET NULL would refuse the deletion, as NO ACTION does
    assert list(made("NNCR")) == ["NNCR order.author", "NNCR order.Title"]


def test_every_operator_is_tried_above_and_makes_something() -> None:
    operators = Counter(one.operator for one in schema_mutants(OURS))
    assert set(OPERATORS) - set(operators) == {"FKCColumnPairA"}
    pairs = [one for one in schema_mutants(Base.metadata) if one.operator == "FKCColumnPairA"]
    assert len(pairs) > 0


def test_the_model_is_as_it_was_afterwards() -> None:
    def described() -> list[str]:
        return [repr(table) + repr(sorted(map(repr, table.constraints))) for table in tables]

    tables = OURS.sorted_tables
    before = described()
    list(schema_mutants(OURS))
    assert described() == before


def test_an_operator_that_is_not_there_is_named() -> None:
    with pytest.raises(VariantError, match="no operator NNCX"):
        list(schema_mutants(OURS, ["NNCX"]))


def test_names_that_only_postgresql_gave_are_found_and_words_are_quoted(server: Server) -> None:
    found = tried(server, OURS)
    refused = [one for one in found.removed if one.why == "stillborn"]
    assert [one.reason for one in refused if "syntax" in one.reason] == []
    assert {one.name for one in found.kept} >= {
        "UCColumnR order(Title)->()",
        "CCNullifier order.order_price_check",
        "PKCColumnR order(id)->()",
        "FKCColumnPairR order(author)->()",
    }


def test_mutants_of_a_model_that_is_not_the_databases_are_refused(server: Server) -> None:
    other = MetaData()
    Table("authors", other, Column("id", Integer, unique=True))
    with server.create_database("sorting", template_of(server, OURS)) as database:
        with pytest.raises(VariantError, match="give the constraint a name"):
            sort_out(schema_mutants(other, ["UCColumnR"]), database.sync_url)
        with pytest.raises(VariantError, match="no table categories"):
            sort_out(schema_mutants(Base.metadata, ["NNCR"]), database.sync_url)


def test_all_mutants_of_the_shop_are_kept_or_removed_for_a_reason(server: Server) -> None:
    found = tried(server, Base.metadata)
    everything = list(schema_mutants(Base.metadata))
    assert len({one.name for one in everything}) == len(everything)
    assert len(found.kept) + len(found.plans) + len(found.removed) == len(everything)
    assert len(found.kept) > 300
    missing = set(OPERATORS) - {one.operator for one in found.kept}
    assert missing == {
        "IndexR",
        "IndexPredicateR",
        "FKCColumnPairA",
        "CCInExpressionRHSListExpressionElementR",
    }
    assert {one.operator for one in found.plans} == {"IndexR"}
    why = {one.mutant.name: one.why for one in found.removed}
    assert why["UCColumnA users()->(id)"] == "equivalent"  # it repeats the primary key
    assert why["UCColumnA users()->(email)"] == "equivalent"  # it is there already
    assert why["UCColumnE users(email)->(id)"] == "redundant"  # as UNIQUE (email) removed
    assert why["UCColumnA users(email)->(email,id)"] == "redundant"  # although there is an index
    # Without its predicate, the unique index is that of UNIQUE (order_id).
    assert why["IndexPredicateR payments.uq_payments_captured_order"] == "redundant"
    # Without its predicate, the index is that of the primary key: as if it were removed.
    assert why["IndexPredicateR outbox.ix_outbox_unsent"] == "redundant"
    assert why["PKCColumnR users(id)->()"] == "stillborn"  # foreign keys need it
    reasons = [one.reason for one in found.removed if one.why == "stillborn"]
    assert all(
        "depend on it" in reason or "no unique constraint" in reason or "generated" in reason
        for reason in reasons
    )


def test_an_expression_that_cannot_be_read_is_told_of() -> None:
    metadata = MetaData()
    Table("t", metadata, Column("a", Integer), CheckConstraint("a >>>(( 1", name="odd"))
    with pytest.warns(UserWarning, match="can't be read"):
        names = [one.name for one in schema_mutants(metadata, ["CCNullifier", "CCBetweenE"])]
    assert names == ["CCNullifier t.odd"]
