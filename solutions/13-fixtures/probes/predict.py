"""Runs each suite by a pytest of its own, and compares its log with what was predicted."""

import sys
from pathlib import Path
from types import ModuleType

import answer
import pytest

from nomocks.grading.predictions import compare

SUITE = "import given, notes\nglobals().update(given.{}(notes.log.append))\n"
PLUGINS = ("cacheprovider", "terminal", "unraisableexception", "threadexception", "logging")
QUIET = ("--disable-plugin-autoload", "-c", "/dev/null", *(f"-pno:{name}" for name in PLUGINS))


@pytest.fixture
def happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Runs the suite of this name, and looks the prediction up."""

    def happens(name: str) -> None:
        notes = ModuleType("notes")
        notes.log = []
        monkeypatch.setitem(sys.modules, "notes", notes)
        path = tmp_path / f"test_{tmp_path.name}.py"  # another module at each run
        path.write_text(SUITE.format(name), encoding="utf-8")
        folder = ("--rootdir", str(tmp_path), "--confcutdir", str(tmp_path))
        pytest.main([*QUIET, *folder, str(path)])
        compare(answer, name, notes.log)

    return happens


def test_wide_and_narrow(happens):
    happens("wide_and_narrow")


def test_half_way(happens):
    happens("half_way")


def test_two_finalizers(happens):
    happens("two_finalizers")


def test_two_engines(happens):
    happens("two_engines")


def test_who_is_it(happens):
    happens("who_is_it")


def test_asked_or_not(happens):
    happens("asked_or_not")
