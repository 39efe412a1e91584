"""Orders are listed by date, and taken while the index for it is built.

Built CONCURRENTLY, outside a transaction, it stops nobody from writing. When that fails midway, an
invalid index stays behind. CREATE INDEX IF NOT EXISTS would take it for the finished one, so it is
dropped first.
"""

from alembic import op

revision = "0008_index_of_orders"
down_revision = "0007_cancelled_orders"


def upgrade() -> None:
    drop()
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # it waits for others, but nobody waits for it
        op.create_index(
            op.f("ix_orders_placed_at_id"),
            "orders",
            ["placed_at", "id"],
            postgresql_concurrently=True,
        )
        op.execute("RESET lock_timeout")


def downgrade() -> None:
    drop()


def drop() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(
            op.f("ix_orders_placed_at_id"),
            "orders",
            if_exists=True,
            postgresql_concurrently=True,
        )
