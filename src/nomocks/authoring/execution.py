"""Run the chapters' cells: those that changed, one process a core, into the book's cache."""

import asyncio
import atexit
import os
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from nomocks.authoring import recorded
from nomocks.authoring.chapters import Chapter, fingerprint
from nomocks.authoring.failures import BookFailed, ChapterFailure
from nomocks.authoring.lexer import TestCellLexer
from nomocks.mariadb import installed_version

CACHE = Path("_build", ".jupyter_cache")  # where _config.yml has Jupyter Book look
SECONDS_A_CELL = 120
KERNELS_TO_START = 3  # for one chapter, at most
COUNT_TESTS = "from nomocks.testing.cells import tally; print(tally.tests)"
# What differs between two runs of the same cell, and how the book shows it.
SCRUBBED = (
    (re.compile(r" in \d+\.\d\ds\b"), ""),
    (re.compile(r"(\.\./|/)[\w./-]*ipykernel_\d+/\d+\.py"), "cell.py"),
    (re.compile(r"\b0x[0-9a-f]{8,16}\b"), "0x…"),
    (re.compile(r"\bcell_\d+\.py\b"), "cell.py"),
    (re.compile(r"(\.\./|/)[\w./-]*/site-packages/"), ""),
    (re.compile(r"(\.\./|/)([\w./-]*/)?src/(?=shop/)"), ""),
    (re.compile(r"\bnomocks_[0-9a-f]{12}\b"), "nomocks_…"),  # a database of MariaDB
)


@dataclass(frozen=True)
class ChapterRun:
    """What running a chapter gave: its tests, and the seconds it took; or the cached same."""

    chapter: Chapter
    notebook: NotebookNode
    tests: int
    seconds: float
    cached: bool


def execute(chapters: list[Chapter], postgres: str, folder: Path) -> list[ChapterRun]:
    """Bring the cache in ``folder`` up to date with the chapters; their order is kept.

    ``postgres`` names the server and its version. Raises BookFailed, after every chapter was tried.
    """
    os.environ["JUPYTER_DEFAULT_PROVISIONER_NAME"] = "nomocks-forked"
    return asyncio.run(_execute(chapters, postgres, get_cache(str(folder))))


async def _execute(
    chapters: list[Chapter], postgres: str, cache: JupyterCacheAbstract
) -> list[ChapterRun]:
    # A kernel spends a third of its life waiting, in starting and ending; one more fills that time.
    core = asyncio.Semaphore((os.cpu_count() or 1) + 1)

    async def run(chapter: Chapter) -> ChapterRun | ChapterFailure:
        async with core:
            return await _run(chapter, fingerprint(chapter, postgres), cache)

    results = await asyncio.gather(*map(run, chapters))
    failures = [result for result in results if isinstance(result, ChapterFailure)]
    if failures:
        raise BookFailed(failures)
    return [result for result in results if isinstance(result, ChapterRun)]


async def _run(
    chapter: Chapter, current: str, cache: JupyterCacheAbstract
) -> ChapterRun | ChapterFailure:
    known = _known(cache, chapter, current)
    if known is not None:
        return known
    notebook = chapter.notebook()
    notebook.cells.append(new_code_cell(COUNT_TESTS))
    begun = [0]  # the cells that began, by number
    client = NotebookClient(
        notebook,
        timeout=SECONDS_A_CELL,
        kernel_name="python3",
        coalesce_streams=True,  # how often a kernel flushes is chance
        record_timing=False,  # it would stand in the cells' metadata, which the cache's key holds
        on_cell_execute=lambda cell, cell_index: begun.append(cell_index),  # noqa: ARG005
        resources={"metadata": {"path": str(chapter.path.parent)}},
    )
    started = time.perf_counter()
    try:
        await _execute_cells(client)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        return _failure(chapter, notebook, begun[-1], error)
    seconds = time.perf_counter() - started
    tests = int(notebook.cells.pop().outputs[0].text)
    for cell in notebook.cells:
        scrub(cell.get("outputs", []))
    if not installed_version():
        recorded.show(chapter.path, notebook)
    notebook.metadata.language_info["pygments_lexer"] = TestCellLexer.aliases[0]
    data = {"fingerprint": current, "tests": tests, "execution_seconds": seconds}
    cache.cache_notebook_bundle(
        CacheBundleIn(notebook, chapter.name, data=data), check_validity=False, overwrite=True
    )
    return ChapterRun(chapter, notebook, tests, seconds, cached=False)


async def _execute_cells(client: NotebookClient) -> None:
    """Run a notebook. Raises RuntimeError when no kernel starts, and what nbclient raises.

    A port that was free when it was chosen may be taken when the kernel binds it: then it dies
    before its first cell, and another one is started.
    """
    for left in reversed(range(KERNELS_TO_START)):
        try:
            await client.async_execute()
            return
        except DeadKernelError:  # it did start
            raise
        except RuntimeError:
            atexit.unregister(client._cleanup_kernel)  # done already
            if not left:
                raise


def _known(cache: JupyterCacheAbstract, chapter: Chapter, current: str) -> ChapterRun | None:
    try:
        record = cache.match_cache_notebook(chapter.notebook())
    except KeyError:
        return None
    data = record.data or {}
    if data.get("fingerprint") != current:
        return None
    _, notebook = cache.merge_match_into_notebook(chapter.notebook())
    return ChapterRun(chapter, notebook, data["tests"], data["execution_seconds"], cached=True)


def scrub(outputs: Iterable[NotebookNode]) -> None:
    """Take times, process ids and addresses out of text outputs: equal runs make equal pages."""
    for output in outputs:
        if output.output_type == "stream":
            for pattern, shown in SCRUBBED:
                output.text = pattern.sub(shown, output.text)


def _failure(
    chapter: Chapter, notebook: NotebookNode, index: int, error: Exception
) -> ChapterFailure:
    lines: list[int] = [*notebook.metadata["source_map"], 0]  # the last cell is ours, not a line's
    cell = notebook.cells[index]
    scrub(cell.get("outputs", []))
    said = [
        output.text if output.output_type == "stream" else "\n".join(output.get("traceback", []))
        for output in cell.get("outputs", [])
    ]
    if not said or not isinstance(error, CellExecutionError):  # it came to no end of its own
        said.append(str(error).partition("\n")[0])
    return ChapterFailure(chapter.name, lines[index], cell.source, "\n".join(said))
