"""The shop's migrations as a whole: one line, up and down with rows, and the models at its end."""

from decimal import Decimal

import pytest
from alembic.config import Config
from pytest_alembic import Config as RunnerConfig
from pytest_alembic import MigrationContext
from pytest_alembic.tests import (  # noqa: F401  # they are tests
    test_model_definitions_match_ddl,
    test_single_head_revision,
    test_up_down_consistency,
    test_upgrade,
)
from sqlalchemy import Connection, MetaData, text

from nomocks.testing.migrations import drift, round_trip, stairway

# Written when the revision is reached, and there from then on.
ROWS = {
    "0001_users": [
        {"__tablename__": "users", "id": 1, "email": "ada@example.org", "name": "Ada"},
        {"__tablename__": "users", "id": 2, "email": "eve@example.org", "name": "Eve"},
    ],
    "0002_products": [
        {"__tablename__": "categories", "id": 1, "name": "Desk"},
        {
            "__tablename__": "products",
            "id": 1,
            "sku": "PEN",
            "name": "Pen",
            "price": Decimal("2.50"),
            "category_id": 1,
            "tags": "red, blue",
        },
    ],
    "0003_orders": [
        {"__tablename__": "orders", "id": 1, "user_id": 1},
        {"__tablename__": "order_items", "order_id": 1, "product_id": 1, "quantity": 3},
    ],
    "0007_cancelled_orders": [
        {"__tablename__": "orders", "id": 2, "user_id": 2, "status": "cancelled"}
    ],
    "0009_reviews_and_favorites": [
        {"__tablename__": "reviews", "product_id": 1, "user_id": 2, "rating": 4},
        {"__tablename__": "favorites", "product_id": 1, "user_id": 2},
    ],
    "0010_payments": [{"__tablename__": "payments", "order_id": 1, "amount": Decimal("7.50")}],
    "0011_outbox": [{"__tablename__": "outbox", "topic": "order.placed", "payload": {"id": 1}}],
    "0012_returns": [
        {"__tablename__": "returns", "id": 1, "order_id": 1},
        {"__tablename__": "return_items", "return_id": 1, "order_item_id": 1, "quantity": 2},
        {"__tablename__": "refunds", "return_id": 1, "amount": Decimal("5.00")},
    ],
}
COLUMNS = """
    SELECT attrelid::regclass::text, array_agg(attname::text ORDER BY attnum)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0
    AND NOT attisdropped AND relname <> 'alembic_version' GROUP BY 1 ORDER BY 1
"""
NOT_NULL_CONSTRAINTS = """
    SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'n' AND connamespace = 'public'::regnamespace
    AND conrelid::regclass::text <> 'alembic_version' ORDER BY 1
"""


@pytest.fixture
def alembic_config(alembic_config: Config) -> RunnerConfig:
    return RunnerConfig(alembic_config=alembic_config, at_revision_data=ROWS)


def test_each_revision_goes_up_down_and_up_with_rows_in_its_tables(
    alembic_runner: MigrationContext, alembic_connection: Connection
) -> None:
    assert stairway(alembic_runner) == []
    for table in {row["__tablename__"] for rows in ROWS.values() for row in rows}:
        count = alembic_connection.scalar(text(f"SELECT count(*) FROM {table}"))
        assert count is not None
        assert count > 0, table


def test_from_base_to_head_and_back_leaves_nothing(alembic_runner: MigrationContext) -> None:
    assert round_trip(alembic_runner) == []


def test_at_base_no_revision_is_written_down(
    alembic_runner: MigrationContext, alembic_connection: Connection
) -> None:
    alembic_runner.migrate_up_to("heads")
    alembic_runner.migrate_down_to("base")
    assert alembic_connection.execute(text("SELECT * FROM alembic_version")).all() == []


def test_the_migrations_make_the_tables_of_the_models(
    alembic_runner: MigrationContext, metadata: MetaData
) -> None:
    assert drift(alembic_runner, metadata) == []


@pytest.mark.parametrize("query", [COLUMNS, NOT_NULL_CONSTRAINTS], ids=["columns", "not null"])
def test_the_order_of_columns_and_the_names_of_not_null_constraints_are_those_of_the_models(
    alembic_runner: MigrationContext,
    alembic_connection: Connection,
    metadata: MetaData,
    query: str,
) -> None:
    metadata.create_all(alembic_connection)
    of_models = alembic_connection.execute(text(query)).all()
    metadata.drop_all(alembic_connection)
    alembic_runner.command_executor.upgrade("heads")
    assert alembic_connection.execute(text(query)).all() == of_models
