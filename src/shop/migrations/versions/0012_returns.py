"""Customers send back what they don't keep, and get their money."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ENUM

revision = "0012_returns"
down_revision = "0011_outbox"

return_status = ENUM("requested", "received", "rejected", "refunded", name="return_status")
refund_status = ENUM("pending", "paid_out", "failed", name="refund_status")
moment = sa.DateTime(timezone=True)


def refers(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    """A foreign key to the id of another table."""
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name, ondelete=ondelete)


def upgrade() -> None:
    op.create_table(
        "returns",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("order_id", sa.Integer, nullable=False),
        sa.Column("status", return_status, server_default="requested", nullable=False),
        sa.Column("reason", sa.Text, server_default="", nullable=False),
        sa.Column("rejected_because", sa.Text),
        sa.Column("requested_at", moment, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returns")),
        sa.CheckConstraint(
            "(status = 'rejected') = (rejected_because IS NOT NULL)",
            op.f("ck_returns_rejected_because"),
        ),
        refers("returns", "order_id", "orders", "RESTRICT"),
    )
    op.create_index(op.f("ix_returns_order_id"), "returns", ["order_id"])
    op.create_index(op.f("ix_returns_requested_at_id"), "returns", ["requested_at", "id"])
    op.create_table(
        "return_items",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("return_id", sa.Integer, nullable=False),
        sa.Column("order_item_id", sa.Integer, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("damaged", sa.Integer, server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_items")),
        sa.UniqueConstraint(
            "return_id", "order_item_id", name=op.f("uq_return_items_return_id_order_item_id")
        ),
        sa.CheckConstraint("quantity > 0", op.f("ck_return_items_quantity_positive")),
        sa.CheckConstraint(
            "damaged BETWEEN 0 AND quantity", op.f("ck_return_items_damaged_within_quantity")
        ),
        refers("return_items", "return_id", "returns", "CASCADE"),
        refers("return_items", "order_item_id", "order_items", "RESTRICT"),
    )
    op.create_index(op.f("ix_return_items_order_item_id"), "return_items", ["order_item_id"])
    op.create_table(
        "refunds",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("return_id", sa.Integer, nullable=False),
        sa.Column("amount", sa.Numeric(12, 2), nullable=False),
        sa.Column("status", refund_status, server_default="pending", nullable=False),
        sa.Column("reference", sa.String(64)),
        sa.Column("created_at", moment, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("reference", name=op.f("uq_refunds_reference")),
        sa.CheckConstraint("amount > 0", op.f("ck_refunds_amount_positive")),
        refers("refunds", "return_id", "returns", "RESTRICT"),
    )
    op.create_index(op.f("ix_refunds_return_id"), "refunds", ["return_id"])
    op.create_index(
        "uq_refunds_paid_out_return",
        "refunds",
        ["return_id"],
        unique=True,
        postgresql_where=sa.text("status = 'paid_out'"),
    )


def downgrade() -> None:
    op.drop_table("refunds")
    op.drop_table("return_items")
    op.drop_table("returns")
    refund_status.drop(op.get_bind())
    return_status.drop(op.get_bind())
