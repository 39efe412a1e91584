"""All eight tables at once: a real project has more revisions, and takes longer."""

from alembic import op

from benchmarks.models import Base

revision = "0001"
down_revision = None


def upgrade() -> None:
    Base.metadata.create_all(op.get_bind())


def downgrade() -> None:
    Base.metadata.drop_all(op.get_bind())
