"""From the text of tests to a verdict: run on references, twins and mutants, score, report."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(shell: "InteractiveShell") -> None:
    """Set up ``%assignment``, ``%%task`` and ``check`` in this notebook."""
    from nomocks.grading import notebook  # the command line must not import IPython

    notebook.load(shell)
