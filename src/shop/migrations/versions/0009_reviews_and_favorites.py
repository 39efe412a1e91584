"""Users review products, and remember those that they like."""

import sqlalchemy as sa
from alembic import op

revision = "0009_reviews_and_favorites"
down_revision = "0008_index_of_orders"

moment = sa.DateTime(timezone=True)


def goes_with(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    """A row that refers to another goes when that one goes."""
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [target], name, ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("product_id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("rating", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, server_default="", nullable=False),
        sa.Column("created_at", moment, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("product_id", "user_id", name=op.f("uq_reviews_product_id_user_id")),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", op.f("ck_reviews_rating_one_to_five")),
        goes_with("reviews", "product_id", "products.id"),
        goes_with("reviews", "user_id", "users.id"),
    )
    op.create_index(op.f("ix_reviews_user_id"), "reviews", ["user_id"])
    op.create_table(
        "favorites",
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("product_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "product_id", name=op.f("pk_favorites")),
        goes_with("favorites", "user_id", "users.id"),
        goes_with("favorites", "product_id", "products.id"),
    )


def downgrade() -> None:
    op.drop_table("favorites")
    op.drop_table("reviews")
