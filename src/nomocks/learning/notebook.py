"""``%progress`` in a notebook: how far the learner is."""

from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_magic, magics_class
from IPython.display import Markdown, display

from nomocks.learning.errors import LearnerError
from nomocks.learning.folder import progress_of
from nomocks.learning.outline import START, page
from nomocks.testing.notebook import in_one_sentence


def load(shell: InteractiveShell) -> None:
    """Add the magic to a notebook."""
    shell.register_magics(Start(shell))
    in_one_sentence(shell, LearnerError)


@magics_class
class Start(Magics):
    """The notebook that a learner starts with."""

    @line_magic
    def progress(self, _: str) -> None:
        """``%progress``: tasks solved, points, and what to do next."""
        found = progress_of(Path.cwd() / START)
        if found is None:
            raise LearnerError(f"{Path.cwd()} is no folder of a learner's: run `nomocks work`.")
        display(Markdown(page(found)))
