"""What can go wrong with a MariaDB, each as one sentence and the next thing to try."""

MISSING = (
    "There is no MariaDB on this machine: install its server (mariadb-server-core and "
    "mariadb-client-core on Debian and Ubuntu, mariadb with Homebrew), or set NOMOCKS_MARIADB to "
    "the URL of one."
)


class MariaDBError(RuntimeError):
    """An expected failure: `str()` says what is wrong, and what to do next."""


class NoMariaDB(MariaDBError):
    """There is none on this machine."""


class NotATestMariaDB(MariaDBError):
    """The database is not said to be one to be thrown away: nothing was touched."""
