"""Users order products. A cancelled order is deleted softly; there is no other way yet."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ENUM

revision = "0003_orders"
down_revision = "0002_products"

status = ENUM("pending", "paid", "shipped", name="order_status")
moment = sa.DateTime(timezone=True)
now = sa.text("now()")


def upgrade() -> None:
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("status", status, server_default="pending", nullable=False),
        sa.Column("placed_at", moment, server_default=now, nullable=False),
        sa.Column("updated_at", moment, server_default=now, nullable=False),
        sa.Column("deleted_at", moment),
        sa.Column("version", sa.Integer, server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], op.f("fk_orders_user_id"), ondelete="RESTRICT"
        ),
    )
    op.create_index(op.f("ix_orders_user_id"), "orders", ["user_id"])
    op.create_table(
        "order_items",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("order_id", sa.Integer, nullable=False),
        sa.Column("product_id", sa.Integer, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_items")),
        sa.UniqueConstraint(
            "order_id", "product_id", name=op.f("uq_order_items_order_id_product_id")
        ),
        sa.CheckConstraint("quantity > 0", op.f("ck_order_items_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], op.f("fk_order_items_order_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], op.f("fk_order_items_product_id"), ondelete="RESTRICT"
        ),
    )
    op.create_index(op.f("ix_order_items_product_id"), "order_items", ["product_id"])


def downgrade() -> None:
    op.drop_table("order_items")
    op.drop_table("orders")
    status.drop(op.get_bind())  # a table that goes leaves its types behind
