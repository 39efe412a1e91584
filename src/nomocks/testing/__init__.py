"""Tests on a real server: the pytest plugin, and the same in a notebook (``%load_ext``)."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(shell: "InteractiveShell") -> None:
    """Set up ``%%ipytest`` in this notebook, and print which PostgreSQL it runs on."""
    from nomocks.testing import notebook  # pytest must not import IPython to load the plugin

    notebook.load(shell)
