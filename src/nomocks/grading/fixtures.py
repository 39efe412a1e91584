"""The fixture of a forked test process: the database that was made for it."""

import pytest
from sqlalchemy import URL

from nomocks.postgres import Database

DATABASE = pytest.StashKey[URL]()


@pytest.fixture(scope="session")
def worker_database(pytestconfig: pytest.Config) -> Database:
    """The database that was made for this process."""
    url = pytestconfig.stash[DATABASE]
    return Database(str(url.database), url, url)
