"""An item keeps the price at which it was ordered.

The table has rows, so the column can't be NOT NULL from the start: it is added empty, filled
with the products' prices of today (nobody knows those of the day of the order), and then closed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004_unit_price"
down_revision = "0003_orders"


def upgrade() -> None:
    op.add_column("order_items", sa.Column("unit_price", sa.Numeric(10, 2)))
    op.execute(
        "UPDATE order_items SET unit_price = products.price"
        " FROM products WHERE products.id = order_items.product_id"
    )
    op.alter_column("order_items", "unit_price", nullable=False)
    op.create_check_constraint(
        op.f("ck_order_items_unit_price_not_negative"), "order_items", "unit_price >= 0"
    )
    total = sa.Computed("quantity * unit_price", persisted=True)
    op.add_column("order_items", sa.Column("total", sa.Numeric(12, 2), total, nullable=False))


def downgrade() -> None:
    op.drop_column("order_items", "total")
    op.drop_column("order_items", "unit_price")  # and with it, the constraint on it
