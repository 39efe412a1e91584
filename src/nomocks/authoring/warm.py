"""Imported once by the process that chapters' kernels are forked from: all that chapters import."""

import contextlib
import gc
import importlib
import io
import os
import tempfile
from pathlib import Path

import pytest

from nomocks.testing.cells import tally
from nomocks.testing.notebook import SETTINGS

MODULES = (
    "IPython.core.debugger",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "matplotlib_inline.backend_inline",
    "matplotlib.pyplot",
    "aiosqlite",
    "alembic.autogenerate",
    "asyncpg",
    "factory",
    "psycopg",
    "shop.models",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "tornado.platform.asyncio",
)


def run_a_test() -> None:
    """Have pytest and its plugins import what they import late, and set up their caches."""
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        module = Path(folder, "test_nothing.py")
        module.write_text("async def test_nothing():\n    assert True\n", "utf-8")
        pytest.main(["-c", str(SETTINGS), "--rootdir", folder, "--confcutdir", folder, str(module)])
    tally.tests = 0


os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")  # else the debugger warns on stderr
for name in MODULES:
    importlib.import_module(name)
run_a_test()
gc.freeze()
