"""Chapters, run on each kind of server; the tests look at what their cells printed."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from nbformat import NotebookNode

from nomocks.authoring.chapters import chapters
from nomocks.authoring.execution import CACHE, ChapterRun, execute
from nomocks.postgres import PostgresError, get_server

from .page import Page, read_page

ROOT = Path(__file__).parents[2]
MADE_UP = Path(__file__).with_name("made-up.md")
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


def asked_for(items: Iterable[pytest.Item]) -> set[str]:
    """The chapters whose runs these tests look at: each is parametrized by a claim or a path."""
    asked = [one.callspec.params for one in items if "run_on" in getattr(one, "fixturenames", ())]
    return {one["claim"].chapter if "claim" in one else one["path"].stem for one in asked}


@pytest.fixture(scope="session")
def run_on(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Book]:
    """The chapters that selected tests ask for, run once on each kind of server.

    Where the site is built, too, they are not run again on the server of that.
    """
    selected = asked_for(request.session.items)
    built = any("site" in getattr(item, "fixturenames", ()) for item in request.session.items)
    site: Path | None = request.getfixturevalue("site") if built else None

    @cache
    def run(kind: str) -> Book:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("NOMOCKS_POSTGRES", kind)
            try:
                server = str(get_server())
            except PostgresError as error:
                pytest.skip(str(error))
            wanted = [one for one in chapters(ROOT) if one.path.stem in selected]
            done = tmp_path_factory.mktemp("cache")
            if site:
                shutil.copytree(site.parents[1] / CACHE, done, dirs_exist_ok=True)
            runs = execute(wanted, server, done)
        return Book(server, {one.chapter.path.stem: one for one in runs})

    return run


@pytest.fixture(scope="session", params=SERVERS)
def book(request: pytest.FixtureRequest, run_on: Callable[[str], Book]) -> Book:
    return run_on(request.param)


Write = Callable[..., Page]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write the made-up chapter, which breaks no rule, with one text in place of another."""
    sound = MADE_UP.read_text("utf-8")

    def write(old: str = "", new: str = "") -> Page:
        assert old in sound
        path = tmp_path / "book" / MADE_UP.name
        exercise = tmp_path / "exercises" / MADE_UP.stem / "exercise.ipynb"
        for file in (path, exercise):
            file.parent.mkdir(parents=True, exist_ok=True)
        exercise.touch()
        path.write_text(sound.replace(old, new, 1), "utf-8")
        return read_page(path)

    return write
