"""Small projects that use the plugin, each run by a pytest of its own."""

import asyncpg  # noqa: F401  # what a project run in this process imports must be there before it
import psycopg  # noqa: F401
import pytest
import sqlalchemy.dialects.postgresql  # noqa: F401

import shop.models  # noqa: F401

INI = """
[pytest]
asyncio_mode = auto
asyncio_default_fixture_loop_scope = session
asyncio_default_test_loop_scope = session
addopts = -p nomocks.testing.plugin --strict-markers
filterwarnings = error
"""
IMPORTS = """
import asyncio
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from shop.models import User

def ada(email="ada@example.org"):
    return User(email=email, name="Ada")

async def users(session):
    return await session.scalar(select(func.count()).select_from(User))
"""
IN_ORDER = ("-p", "no:randomly", "-p", "no:xdist")


def run(pytester: pytest.Pytester, tests: str, *arguments: str, ini: str = INI) -> pytest.RunResult:
    """Run these tests in this process, with a database of their own at each isolation."""
    pytester.makeini(ini)
    pytester.makepyfile(IMPORTS + tests)
    return pytester.runpytest_inprocess("-p", "no:xdist", *arguments)


def complaints(result: pytest.RunResult) -> dict[str, str]:
    """What was said in set-up and teardown, by the name of the test."""
    said: dict[str, list[str]] = {}
    test = ""
    for line in result.outlines:
        if line.startswith("___"):
            words = line.strip("_ ").split()
            test = words[-1] if words[0] == "ERROR" else ""
        elif line.startswith("==="):
            test = ""
        elif test:
            said.setdefault(test, []).append(line)
    return {test: " ".join(lines).strip() for test, lines in said.items()}
