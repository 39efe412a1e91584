"""Orders are paid through a provider; only one payment of an order may be captured."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ENUM

revision = "0010_payments"
down_revision = "0009_reviews_and_favorites"

status = ENUM("pending", "captured", "failed", name="payment_status")
moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "payments",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("order_id", sa.Integer, nullable=False),
        sa.Column("amount", sa.Numeric(12, 2), nullable=False),
        sa.Column("status", status, server_default="pending", nullable=False),
        sa.Column("reference", sa.String(64)),
        sa.Column("created_at", moment, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("reference", name=op.f("uq_payments_reference")),
        sa.CheckConstraint("amount > 0", op.f("ck_payments_amount_positive")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], op.f("fk_payments_order_id"), ondelete="RESTRICT"
        ),
    )
    op.create_index(op.f("ix_payments_order_id"), "payments", ["order_id"])
    op.create_index(
        "uq_payments_captured_order",
        "payments",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("status = 'captured'"),
    )


def downgrade() -> None:
    op.drop_table("payments")
    status.drop(op.get_bind())
