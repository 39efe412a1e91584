"""How a server to throw away is made and run: nothing in it needs to survive."""

# Kept in memory or on disk alike, all of it is lost when the machine stops, and that is fine.
NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "log",  # what the server does; the errors of tests are theirs
    "log_checkpoints": "off",
}


def initdb_options(major: int) -> list[str]:
    """Options for `initdb` of a major version, 0 if it is not known.

    The builtin provider sorts and folds case alike on every system; the C library's locales don't.
    The password is random, so that stretching it would only cost time at each connection.
    """
    options = ["--encoding=UTF8", "--wal-segsize=1", "--no-sync"]
    if major >= 16:
        options += ["--set=scram_iterations=1"]
    if major >= 17:
        options += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    if major >= 18:
        options += ["--no-data-checksums"]
    return options
