"""A learner's own folder: copies of the notebooks, and what was reached in them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(shell: "InteractiveShell") -> None:
    """Set up ``%progress`` in this notebook."""
    from nomocks.learning import notebook  # the command line must not import IPython

    notebook.load(shell)
