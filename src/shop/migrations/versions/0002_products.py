"""The shop has products, each with its tags in one comma-separated text."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002_products"
down_revision = "0001_users"


def upgrade() -> None:
    op.create_table(
        "categories",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("parent_id", sa.Integer),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_categories")),
        sa.UniqueConstraint(
            "parent_id",
            "name",
            name=op.f("uq_categories_parent_id_name"),
            postgresql_nulls_not_distinct=True,
        ),
        sa.CheckConstraint("parent_id <> id", op.f("ck_categories_not_its_own_parent")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["categories.id"], op.f("fk_categories_parent_id"), ondelete="CASCADE"
        ),
    )
    op.create_table(
        "products",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("sku", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("price", sa.Numeric(10, 2), nullable=False),
        sa.Column("stock", sa.Integer, server_default=sa.text("0"), nullable=False),
        sa.Column("category_id", sa.Integer),
        sa.Column("attributes", JSONB, server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("tags", sa.Text, server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("sku", name=op.f("uq_products_sku")),
        sa.CheckConstraint("price > 0", op.f("ck_products_price_positive")),
        sa.CheckConstraint("stock >= 0", op.f("ck_products_stock_not_negative")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], op.f("fk_products_category_id"), ondelete="SET NULL"
        ),
    )
    op.create_index(op.f("ix_products_category_id"), "products", ["category_id"])


def downgrade() -> None:
    op.drop_table("products")
    op.drop_table("categories")
