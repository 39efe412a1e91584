"""A product's tags become a list.

On the way down, a tag that holds a comma comes apart: the text has no way to say otherwise.
"""

from alembic import op

revision = "0005_tag_lists"
down_revision = "0004_unit_price"


def upgrade() -> None:
    # People wrote "red, blue" as well as "red,blue", and some left a comma at the end.
    op.execute(
        r"""
        ALTER TABLE products
            ALTER tags DROP DEFAULT,
            ALTER tags TYPE text[]
                USING array_remove(regexp_split_to_array(btrim(tags), '\s*,\s*'), ''),
            ALTER tags SET DEFAULT '{}'::text[]
        """
    )


def downgrade() -> None:
    op.execute(
        """
        ALTER TABLE products
            ALTER tags DROP DEFAULT,
            ALTER tags TYPE text USING array_to_string(tags, ','),
            ALTER tags SET DEFAULT ''
        """
    )
