"""Make the book's pages from the outputs of its chapters."""

import contextlib
import io
import re
from pathlib import Path

from jupyter_book.cli.main import main as jupyter_book

from nomocks.authoring import recorded
from nomocks.authoring.chapters import chapters
from nomocks.authoring.execution import CACHE, execute
from nomocks.authoring.failures import PagesFailed

# All pages each time: Sphinx sees neither that outputs have changed nor a style sheet. Errors and
# warnings only, and a warning fails the build.
OPTIONS = ["--all", "-q", "-W", "--keep-going"]
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def make_book(root: Path, postgres: str, record: bool = False) -> tuple[dict[str, int], list[str]]:
    """Run what changed and make the pages: each chapter's tests, and the chapters that were run.

    With ``record``, what cells show that need a MariaDB is written down for builds without one.
    Raises BookFailed and PagesFailed.
    """
    runs = execute(chapters(root), postgres, root / CACHE)
    if record:
        for run in runs:
            recorded.record(run.chapter.path, run.notebook)
    make_pages(root)
    tests = {run.chapter.path.stem: run.tests for run in runs}
    return tests, [run.chapter.path.stem for run in runs if not run.cached]


def make_pages(root: Path) -> None:
    """Let Jupyter Book make the pages from the cached outputs; raises PagesFailed."""
    said, warned = io.StringIO(), io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(warned):
            jupyter_book(["build", str(root), *OPTIONS], standalone_mode=False)
    except (Exception, SystemExit) as error:  # it raises whatever an extension of Sphinx raised
        lines = COLOUR.sub("", warned.getvalue()).splitlines()
        warnings = [line for line in lines if "WARNING" in line or "ERROR" in line]
        raise PagesFailed("\n".join(warnings) or f"{said.getvalue()}{error}") from error
