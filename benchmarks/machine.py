"""Where a figure was measured: machine and versions, as every figure states them."""

import importlib.metadata
import os
import platform
import sqlite3

PACKAGES = (
    "aiosqlite",
    "asyncpg",
    "distributed",
    "nbgrader",
    "psycopg",
    "py-pglite",
    "pytest",
    "pytest-asyncio",
    "pytest-postgresql",
    "pytest-xdist",
    "sqlalchemy",
    "testcontainers",
)


def machine() -> dict[str, str | int]:
    """Cores, operating system and architecture."""
    return {
        "cores": os.cpu_count() or 1,
        "system": _system(),
        "architecture": platform.machine(),
    }


def versions(postgres: object) -> dict[str, str]:
    """Python, SQLite, the installed packages that take part, and the server as it names itself."""
    installed = {each.name.lower(): each.version for each in importlib.metadata.distributions()}
    return {
        "postgresql": str(postgres),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    } | {name: installed[name] for name in PACKAGES if name in installed}


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return f"{platform.system()} {platform.release()}"
