"""What building a book costs: 12 chapters of 8 cells, by `nomocks build` and by Jupyter Book alone.

Each build is a process of its own, from nothing, with nothing changed, and with one chapter's code
changed.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import Figure, figure
from nomocks.postgres import get_server

ROOT = Path(__file__).parent.parent
ROUNDS = 5
CHAPTERS = 12
CELLS = 8
TOP = "---\nfile_format: mystnb\nkernelspec: {name: python3, display_name: Python 3}\n---\n"
CELL = """
```{{code-cell}}
%%ipytest
from sqlalchemy import func, select
from shop.models import User

async def test_adds_{number}(session):
    session.add(User(email="ada@example.org", name="{who} in chapter {chapter}"))
    await session.commit()
    assert await session.scalar(select(func.count()).select_from(User)) == 1

async def test_sees_nothing_{number}(session):
    assert await session.scalar(select(func.count()).select_from(User)) == 0
```
"""
BUILDERS = {
    "nomocks build": ["nomocks", "build"],
    "jupyter-book build": ["jupyter-book", "build", ".", "-q", "-W", "--keep-going"],
}


def write_chapter(folder: Path, chapter: int, who: str = "Ada") -> None:
    """A chapter of CELLS cells, the first of which joins the server."""
    text = f"{TOP}# Chapter {chapter}\n\n```{{code-cell}}\n%load_ext nomocks.testing\n```\n"
    text += "".join(
        CELL.format(chapter=chapter, number=number, who=who) for number in range(1, CELLS)
    )
    (folder / "book" / f"{chapter:02}.md").write_text(text, "utf-8")


def write_book(folder: Path) -> None:
    """A course with the settings of this one and chapters of its own."""
    shutil.copytree(ROOT / "book" / "_static", folder / "book" / "_static")
    shutil.copyfile(ROOT / "_config.yml", folder / "_config.yml")
    (folder / "book" / "index.md").write_text("# A book\n", "utf-8")
    files = "".join(f"- file: book/{chapter:02}\n" for chapter in range(CHAPTERS))
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: book/index\nchapters:\n{files}")
    for chapter in range(CHAPTERS):
        write_chapter(folder, chapter)


def seconds(command: list[str], folder: Path) -> float:
    """How long a build takes. Raises CalledProcessError when it fails."""
    started = time.perf_counter()
    program = str(Path(sys.executable).with_name(command[0]))
    subprocess.run([program, *command[1:]], cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - started


def measure_round(command: list[str]) -> dict[str, float]:
    """One builder's seconds for each of the three builds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_book(folder)
        measured = {
            "from nothing": seconds(command, folder),
            "nothing changed": seconds(command, folder),
        }
        write_chapter(folder, 0, who="Eve")
        return measured | {"one chapter changed": seconds(command, folder)}


def measure(rounds: int) -> list[Figure]:
    """The seconds of both builders' builds, in turn."""
    server = get_server()  # held, so that no build waits for its start
    measured = [
        {name: measure_round(command) for name, command in BUILDERS.items()} for _ in range(rounds)
    ]
    ours, theirs = BUILDERS
    figures = []
    for build in measured[0][ours]:
        seconds = {name: [each[name][build] for each in measured] for name in BUILDERS}
        alternative = f"{theirs}, {build}"
        figures += [
            figure(f"{ours}, {build}", "s", seconds[ours], server, (alternative, seconds[theirs])),
            figure(alternative, "s", seconds[theirs], server),
        ]
    return figures
