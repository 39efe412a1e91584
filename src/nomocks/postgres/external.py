"""PostgreSQL at a URL: somebody else's server, so only with a marked database and no more."""

from sqlalchemy import URL

from nomocks.postgres import databases, guard
from nomocks.postgres.connection import connected, place, scalar, sync_url
from nomocks.postgres.errors import PostgresError
from nomocks.postgres.server import Server

OLDEST = 14  # the oldest major version that its makers still support or have until lately


def external_server(text: str) -> Server:
    """The server of a URL of any driver.

    Raises NotATestDatabase if its database is not marked, PostgresError if it can't be used.
    """
    url = sync_url(text)
    with connected(url) as connection:
        guard.require_marked(connection, str(url.database), url)
        version = str(scalar(connection, "SHOW server_version")).split()[0]
        may_create = scalar(
            connection,
            "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user",
        )
        if connection.info.server_version < OLDEST * 10_000:
            raise PostgresError(
                f"{url.host} runs PostgreSQL {version}: this course needs {OLDEST} or later, "
                "so choose another server."
            )
    if not may_create:
        raise databases.needs_createdb(url)
    databases.remove_orphans(url)
    return Server("external", version, _source(url), url)


def _source(url: URL) -> str:
    return place(url).removeprefix("the PostgreSQL at ")
