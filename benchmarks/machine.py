"""Where a figure was measured: machine and versions, as every result file states them."""

import importlib.metadata
import os
import platform
import sqlite3

PACKAGES = ("sqlalchemy", "asyncpg", "aiosqlite", "pytest", "pytest-asyncio")


def machine() -> dict[str, object]:
    """Cores, operating system and Python."""
    return {
        "cores": os.cpu_count(),
        "system": _system(),
        "architecture": platform.machine(),
        "python": platform.python_version(),
    }


def versions() -> dict[str, str]:
    """The packages that take part, and SQLite."""
    found = {name: importlib.metadata.version(name) for name in PACKAGES}
    return found | {"sqlite": sqlite3.sqlite_version}


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return f"{platform.system()} {platform.release()}"
