"""An order can be cancelled.

PostgreSQL adds a value to an enum type and never removes one, so the way down makes the type anew.
A cancelled order becomes there what it was before: a pending one, softly deleted.
"""

from alembic import op

revision = "0007_cancelled_orders"
down_revision = "0006_user_roles"


def upgrade() -> None:
    # The value may be used after the transaction that adds it: in a later revision.
    op.execute("ALTER TYPE order_status ADD VALUE 'cancelled'")


def downgrade() -> None:
    op.execute(
        "UPDATE orders SET status = 'pending', deleted_at = coalesce(deleted_at, now())"
        " WHERE status = 'cancelled'"
    )
    op.execute("ALTER TYPE order_status RENAME TO order_status_with_cancelled")
    op.execute("CREATE TYPE order_status AS ENUM ('pending', 'paid', 'shipped')")
    op.execute(
        """
        ALTER TABLE orders
            ALTER status DROP DEFAULT,
            ALTER status TYPE order_status USING status::text::order_status,
            ALTER status SET DEFAULT 'pending'
        """
    )
    op.execute("DROP TYPE order_status_with_cancelled")
