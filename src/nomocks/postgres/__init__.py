"""A PostgreSQL to throw away, and databases on it.

Settings, all from the environment and all optional:

- `NOMOCKS_POSTGRES`: auto (a container if an engine answers, else embedded), container, embedded,
  or the URL of a database marked by `nomocks mark`.
- `NOMOCKS_IMAGE`: the image of the container, postgres:18 by default.
- `NOMOCKS_DATA`: a folder for the embedded server's data, in memory by default where it fits.
- `NOMOCKS_HOME`: a folder for all the rest: locks, sockets, kept clusters. Keep its path short.
"""

from nomocks.postgres.choice import get_server
from nomocks.postgres.errors import NotATestDatabase, PostgresError
from nomocks.postgres.server import Database, Server

__all__ = ["Database", "NotATestDatabase", "PostgresError", "Server", "get_server"]
