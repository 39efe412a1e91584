"""``nomocks doctor``: whether this machine can grade the tests of others, and what it lacks."""

import importlib.metadata
import platform

from rich.console import Console
from rich.text import Text

from nomocks.grading.sandbox.tiers import TIERS, SandboxError, chosen
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
    for tier in TIERS:
        _say(console, f"{tier.name} ({tier.description}):")
        found = list(tier.findings())
        for one in found:
            sign, style = ("✓", "green") if one.holds else ("✗", "red")
            _say(console, f"  {sign} {one.what}" + ("" if one.holds else f": {one.remedy}"), style)
        if all(one.holds for one in found):
            break  # the next ones are for where this one does not hold
    try:
        tier = chosen()
    except SandboxError as error:
        _say(console, str(error))
        return 1
    _say(console, f"The tests of others can be graded here, within {tier.name}.")
    return 0


def _say(console: Console, text: str, style: str = "") -> None:
    console.print(Text(text, style), soft_wrap=True)
