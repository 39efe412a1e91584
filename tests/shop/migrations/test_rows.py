"""What each migration makes of rows that were written before it, on the way up and down."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from alembic.config import Config
from pytest_alembic import MigrationContext
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from nomocks.postgres import Database

Look = Callable[[str], list[Any]]
ADA = {"id": 1, "email": "ada@example.org", "name": "Ada"}
PEN = {"id": 1, "sku": "PEN", "name": "Pen", "price": Decimal("2.50")}
INK = {"id": 2, "sku": "INK", "name": "Ink", "price": Decimal("4.00")}


@pytest.fixture
def look(alembic_connection: Connection) -> Look:
    """The rows of a query; of a single column, its values."""

    def look(query: str) -> list[Any]:
        rows = alembic_connection.execute(text(query)).all()
        return [row[0] if len(row) == 1 else tuple(row) for row in rows]

    return look


def add_orders(runner: MigrationContext, *orders: dict[str, Any]) -> None:
    runner.insert_into("users", ADA)
    for number, values in enumerate(orders, start=1):
        runner.insert_into("orders", {"id": number, "user_id": ADA["id"], **values})


def test_an_item_gets_the_price_of_its_product(
    alembic_runner: MigrationContext, look: Look
) -> None:
    alembic_runner.migrate_up_before("0004_unit_price")
    add_orders(alembic_runner, {})
    alembic_runner.insert_into("products", [PEN, INK])
    items = [{"order_id": 1, "product_id": 1, "quantity": 3}]
    items += [{"order_id": 1, "product_id": 2, "quantity": 1}]
    alembic_runner.insert_into("order_items", items)

    alembic_runner.migrate_up_one()

    found = look("SELECT product_id, unit_price, total FROM order_items ORDER BY product_id")
    assert found == [(1, Decimal("2.50"), Decimal("7.50")), (2, Decimal("4.00"), Decimal("4.00"))]
    with pytest.raises(IntegrityError, match="unit_price"):
        look("UPDATE order_items SET unit_price = NULL RETURNING id")


def test_an_item_without_its_price_is_still_an_item(
    alembic_runner: MigrationContext, look: Look
) -> None:
    alembic_runner.migrate_up_to("0004_unit_price")
    add_orders(alembic_runner, {})
    alembic_runner.insert_into("products", PEN)
    item = {"order_id": 1, "product_id": 1, "quantity": 3, "unit_price": Decimal("1.00")}
    alembic_runner.insert_into("order_items", item)

    alembic_runner.migrate_down_one()

    assert look("SELECT order_id, product_id, quantity FROM order_items") == [(1, 1, 3)]


@pytest.mark.parametrize(
    ("written", "tags", "back"),
    [
        ("", [], ""),
        ("red", ["red"], "red"),
        ("red,blue", ["red", "blue"], "red,blue"),
        (" red ,  blue,", ["red", "blue"], "red,blue"),
        (",", [], ""),
        ("dark red,{blue}", ["dark red", "{blue}"], "dark red,{blue}"),
    ],
)
def test_tags_in_a_text_become_a_list_and_a_text_again(
    alembic_runner: MigrationContext, look: Look, written: str, tags: list[str], back: str
) -> None:
    alembic_runner.migrate_up_before("0005_tag_lists")
    alembic_runner.insert_into("products", {**PEN, "tags": written})

    alembic_runner.migrate_up_one()
    assert look("SELECT tags FROM products") == [tags]

    alembic_runner.migrate_down_one()
    assert look("SELECT tags FROM products") == [back]


def test_a_product_without_tags_gets_an_empty_list_and_then_an_empty_text(
    alembic_runner: MigrationContext, look: Look
) -> None:
    alembic_runner.migrate_up_to("0005_tag_lists")
    alembic_runner.insert_into("products", PEN)
    alembic_runner.migrate_down_one()
    alembic_runner.insert_into("products", INK)
    assert look("SELECT tags FROM products ORDER BY id") == ["", ""]


def test_an_administrator_gets_the_role_and_then_the_flag_again(
    alembic_runner: MigrationContext, look: Look
) -> None:
    alembic_runner.migrate_up_before("0006_user_roles")
    eve = {"id": 2, "email": "eve@example.org", "name": "Eve", "is_admin": True}
    alembic_runner.insert_into("users", ADA)
    alembic_runner.insert_into("users", eve)

    alembic_runner.migrate_up_one()
    assert look("SELECT role::text FROM users ORDER BY id") == ["customer", "admin"]

    alembic_runner.migrate_down_one()
    assert look("SELECT is_admin FROM users ORDER BY id") == [False, True]


def test_a_new_user_is_no_administrator_on_either_side(
    alembic_runner: MigrationContext, look: Look
) -> None:
    alembic_runner.migrate_up_to("0006_user_roles")
    alembic_runner.insert_into("users", ADA)
    assert look("SELECT role::text FROM users") == ["customer"]
    alembic_runner.migrate_down_one()
    alembic_runner.insert_into("users", {**ADA, "id": 2, "email": "eve@example.org"})
    assert look("SELECT is_admin FROM users") == [False, False]


def test_an_order_can_be_cancelled_only_after_the_migration(
    alembic_runner: MigrationContext, look: Look
) -> None:
    alembic_runner.migrate_up_before("0007_cancelled_orders")
    add_orders(alembic_runner, {})
    cancel = "UPDATE orders SET status = 'cancelled' RETURNING status::text"
    with pytest.raises(DBAPIError, match="invalid input value for enum"):
        look(cancel)
    alembic_runner.migrate_up_one()
    assert look(cancel) == ["cancelled"]


def test_a_cancelled_order_is_pending_and_deleted_where_none_can_be_cancelled(
    alembic_runner: MigrationContext, look: Look
) -> None:
    alembic_runner.migrate_up_to("0007_cancelled_orders")
    add_orders(alembic_runner, {"status": "paid"}, {"status": "cancelled"})

    alembic_runner.migrate_down_one()

    found = look("SELECT status::text, deleted_at IS NOT NULL FROM orders ORDER BY id")
    assert found == [("paid", False), ("pending", True)]
    assert look("INSERT INTO orders (id, user_id) VALUES (3, 1) RETURNING status::text") == [
        "pending"
    ]


INDEX = "SELECT indisvalid, indisunique FROM pg_index WHERE indexrelid = to_regclass('{}')".format(
    "ix_orders_placed_at_id"
)


def test_the_index_of_orders_is_built_on_a_table_with_rows(
    alembic_runner: MigrationContext, look: Look
) -> None:
    alembic_runner.migrate_up_before("0008_index_of_orders")
    add_orders(alembic_runner, {}, {})
    alembic_runner.migrate_up_one()
    assert look(INDEX) == [(True, False)]
    alembic_runner.migrate_down_one()
    assert look(INDEX) == []


def test_an_invalid_index_left_by_a_failed_attempt_is_replaced(
    alembic_runner: MigrationContext, look: Look
) -> None:
    alembic_runner.migrate_up_before("0008_index_of_orders")
    add_orders(alembic_runner, {}, {})
    with pytest.raises(IntegrityError):  # two orders, one status
        look("CREATE UNIQUE INDEX CONCURRENTLY ix_orders_placed_at_id ON orders (status)")
    assert look(INDEX) == [(False, True)]

    alembic_runner.migrate_up_one()

    assert look(INDEX) == [(True, False)]


class TestLockTimeout:
    @pytest.fixture
    def alembic_config(self, alembic_config: Config) -> Config:
        alembic_config.set_main_option("lock_timeout", "20ms")
        return alembic_config

    def test_a_migration_gives_up_on_a_table_that_somebody_reads_and_changes_nothing(
        self, alembic_runner: MigrationContext, alembic_database: Database, look: Look
    ) -> None:
        alembic_runner.migrate_up_before("0004_unit_price")
        engine = create_engine(alembic_database.sync_url)
        with engine.connect() as reader:
            reader.execute(text("SELECT * FROM order_items"))
            with pytest.raises(DBAPIError, match="lock timeout"):
                alembic_runner.migrate_up_one()
        engine.dispose()
        assert alembic_runner.current == "0003_orders"
        assert look("SELECT * FROM order_items") == []
