"""A MariaDB to throw away, and databases on it.

Setting, from the environment: `NOMOCKS_MARIADB` is unset or `auto` (the installed `mariadbd`,
started by this process and stopped at its end), `none` (as if there were none), or the URL of a
database whose comment says that it is for tests.
"""

from nomocks.mariadb.errors import MISSING, MariaDBError, NoMariaDB, NotATestMariaDB
from nomocks.mariadb.server import Database, MariaDB, get_mariadb, installed_version

__all__ = [
    "MISSING",
    "Database",
    "MariaDB",
    "MariaDBError",
    "NoMariaDB",
    "NotATestMariaDB",
    "get_mariadb",
    "installed_version",
]
