"""``nomocks doctor``: whether this machine can grade the tests of others, and what it lacks."""

import importlib.metadata
import platform

from rich.console import Console
from rich.text import Text

from nomocks.grading.sandbox.tiers import findings
from nomocks.postgres import PostgresError, get_server

PACKAGES = ("nomocks", "SQLAlchemy", "asyncpg", "pytest")


def examine(console: Console) -> int:
    """Print what is there and what is missing; 0 when the tests of others can be graded, else 1."""
    packages = [f"{name} {importlib.metadata.version(name)}" for name in PACKAGES]
    _say(console, ", ".join([f"Python {platform.python_version()}", *packages]))
    try:
        _say(console, f"✓ {get_server()}", "green")
    except PostgresError as error:
        _say(console, f"✗ {error}", "red")
    lacks = False
    for one in findings():
        lacks = lacks or not one.holds
        sign, style = ("✓", "green") if one.holds else ("✗", "red")
        _say(console, f"{sign} {one.what}" + ("" if one.holds else f": {one.remedy}"), style)
    if lacks:
        _say(console, "The tests of others can't be run safely here; your own can, by --unsafe.")
    else:
        _say(console, "The tests of others can be graded here.")
    return 1 if lacks else 0


def _say(console: Console, text: str, style: str = "") -> None:
    console.print(Text(text, style), soft_wrap=True)
