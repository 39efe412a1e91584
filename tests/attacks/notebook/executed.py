"""The module that is made of a cell, run here: by an attack that must not be in it any more."""

from pathlib import Path

from nomocks.mutation.source import module_of


def executed(folder: Path, cell: str) -> dict[str, object]:
    """The names that the module of a cell defines, which runs without the sandbox.

    What the cell would do to the folder ``canary`` must not have been done.
    """
    module = module_of("users", "", f"%%task users\n{cell}")
    names: dict[str, object] = {}
    exec(module.text.replace("from given import *", "", 1), names)
    assert list(folder.iterdir()) == []
    return names
