"""What the tests of the toolkit share."""

from collections.abc import Iterator

import pytest

from nomocks.postgres import Database


@pytest.fixture(autouse=True)
def _projects_have_a_database_of_their_own(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Those that run in this process could give away, or drop, what its other tests use."""
    if "pytester" not in request.fixturenames:
        yield
        return
    made: dict[object, Database] = {}
    monkeypatch.setattr("nomocks.testing.databases._databases", made)
    yield
    for database in made.values():
        database.drop()
