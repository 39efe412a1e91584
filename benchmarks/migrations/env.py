"""Alembic's environment for the benchmark's tables; the database is named by DATABASE_URL."""

import os

from alembic import context
from sqlalchemy import create_engine

from benchmarks.models import Base

engine = create_engine(os.environ["DATABASE_URL"])
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
