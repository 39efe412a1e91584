"""A user has a role, where there was only a flag for administrators."""

from alembic import op
from sqlalchemy.dialects.postgresql import ENUM

revision = "0006_user_roles"
down_revision = "0005_tag_lists"

role = ENUM("customer", "admin", name="user_role")


def upgrade() -> None:
    role.create(op.get_bind())
    op.execute(
        """
        ALTER TABLE users
            ALTER is_admin DROP DEFAULT,
            ALTER is_admin DROP NOT NULL,
            ALTER is_admin TYPE user_role
                USING (CASE WHEN is_admin THEN 'admin' ELSE 'customer' END)::user_role,
            ALTER is_admin SET DEFAULT 'customer'
        """
    )
    op.alter_column("users", "is_admin", new_column_name="role")
    op.alter_column("users", "role", nullable=False)  # last: the constraint is named by the column


def downgrade() -> None:
    op.execute(
        """
        ALTER TABLE users
            ALTER role DROP DEFAULT,
            ALTER role DROP NOT NULL,
            ALTER role TYPE boolean USING role = 'admin',
            ALTER role SET DEFAULT false
        """
    )
    op.alter_column("users", "role", new_column_name="is_admin")
    op.alter_column("users", "is_admin", nullable=False)
    role.drop(op.get_bind())
