"""Where a figure was measured: machine and versions, as every result file states them."""

import importlib.metadata
import json
import os
import platform
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

PACKAGES = ("sqlalchemy", "asyncpg", "aiosqlite", "pytest", "pytest-asyncio")


def record(path: Path, facts: Mapping[str, object]) -> None:
    """Write a benchmark's result file: when and where it was measured, then the facts."""
    where = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "versions": versions(),
    }
    path.write_text(json.dumps(where | dict(facts), indent=1) + "\n", "utf-8")


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
