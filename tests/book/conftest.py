"""Every chapter, run on each kind of server; the tests look at what its cells printed."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from nbformat import NotebookNode

from nomocks.authoring.chapters import chapters
from nomocks.authoring.execution import ChapterRun, execute
from nomocks.postgres import PostgresError, get_server

ROOT = Path(__file__).parents[2]
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
SERVERS = ("embedded", "container")


@dataclass(frozen=True)
class Book:
    """The chapters as run on one server."""

    server: str
    runs: dict[str, ChapterRun]

    def cells(self, chapter: str) -> list[NotebookNode]:
        return [cell for cell in self.runs[chapter].notebook.cells if cell.cell_type == "code"]

    def cell(self, chapter: str, name: str) -> NotebookNode:
        named = [cell for cell in self.cells(chapter) if cell.metadata.get("name") == name]
        assert len(named) == 1, f"{len(named)} cells of {chapter} are named {name}, not one"
        return named[0]


def text_of(cell: NotebookNode) -> str:
    """What the cell printed or showed as text, without colours."""
    texts = [
        output.text
        if output.output_type == "stream"
        else output.get("data", {}).get("text/plain", "")
        for output in cell.outputs
    ]
    return COLOUR.sub("", "\n".join(texts))


@pytest.fixture(scope="session")
def run_on(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Book]:
    """All chapters, run once on each kind of server that is asked for."""

    @cache
    def run_on(kind: str) -> Book:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("NOMOCKS_POSTGRES", kind)
            try:
                server = str(get_server())
            except PostgresError as error:
                pytest.skip(str(error))
            runs = execute(chapters(ROOT), server, tmp_path_factory.mktemp("cache"))
        return Book(server, {run.chapter.path.stem: run for run in runs})

    return run_on


@pytest.fixture(scope="session", params=SERVERS)
def book(request: pytest.FixtureRequest, run_on: Callable[[str], Book]) -> Book:
    return run_on(request.param)


@dataclass(frozen=True)
class Claim:
    """A chapter's word that a cell shows something, and how to tell."""

    chapter: str
    id: str
    what: str
    cell: str
    output: tuple[str, ...] = ()
    source: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.chapter}:{self.id}"


def claims() -> list[Claim]:
    return [
        Claim(path.stem, **{key: tuple(v) if isinstance(v, list) else v for key, v in row.items()})
        for path in sorted(Path(__file__).parent.glob("[0-9]*.toml"))
        for row in tomllib.loads(path.read_text("utf-8"))["shows"]
    ]
