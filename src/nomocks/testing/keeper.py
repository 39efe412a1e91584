"""A process that uses the shared server while databases of these names are on it.

Run as a script, with the names. It returns when it is attached to the server, and a fork of it
goes on in the background.
"""

import os
import sys
import time

from nomocks.postgres import PostgresError, get_server
from nomocks.postgres.connection import connected

LONGEST = 8 * 3600  # seconds
PAUSE = 1.0  # seconds between looks


def main(names: list[str]) -> None:
    """Attach, detach from the terminal, and wait. Raises PostgresError if there is no server."""
    server = get_server()
    if server.kind == "external" or os.fork():
        os._exit(0)
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    deadline = time.monotonic() + LONGEST
    with connected(server.url) as connection:
        query = "SELECT FROM pg_database WHERE datname = ANY(%s)"
        while time.monotonic() < deadline and connection.execute(query, [names]).fetchall():
            time.sleep(PAUSE)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except PostgresError as error:
        sys.exit(f"The databases are kept while the server runs, and no longer: {error}")
