"""A plugin: the shop's tests run on tables that the migrations made, and not the models.

``python -m pytest tests/shop -p tests.shop.migrated``, as the workflow ``shop.yml`` does.
"""

import pytest

from nomocks.postgres import Database


@pytest.fixture
def worker_database(migrated_database: Database) -> Database:
    """Cloned from a template that is built anew when a migration has changed."""
    return migrated_database
