"""What can go wrong with a server, each as one sentence and the next thing to try."""


class PostgresError(RuntimeError):
    """An expected failure: `str()` says what is wrong, where, and what to do next."""


class NotATestDatabase(PostgresError):
    """The database is not marked as one to be thrown away: nothing was touched."""


class NoFreeConnectionError(PostgresError):
    """The server is well, and all its connections are taken."""


try:
    import fcntl  # noqa: F401  all processes that share a server meet in its locks
except ImportError:
    raise PostgresError(
        "This system has no file locks of the kind that a shared server needs: "
        "on Windows, work in WSL 2 or in the devcontainer."
    ) from None
