"""What the chapters say that their cells show: ``NN-topic.toml``, beside this file."""

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from nomocks.mariadb import MISSING, installed_version
from nomocks.postgres import PostgresError
from nomocks.postgres.engine import find_engine

from .numerals import Declared
from .shown import shown_by

ANYTHING = ("HTML object", "Markdown object")  # what each cell with such an output shows
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Claim:
    """A chapter's word that a cell shows something, and how to tell."""

    chapter: str
    id: str
    what: str
    cell: str
    output: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    needs: str = ""

    def __str__(self) -> str:
        return f"{self.chapter}:{self.id}"


def claims(folder: Path = HERE) -> list[Claim]:
    return [
        Claim(path.stem, **{key: tuple(v) if isinstance(v, list) else v for key, v in row.items()})
        for path in sorted(folder.glob("[0-9]*.toml"))
        for row in tomllib.loads(path.read_text("utf-8"))["shows"]
    ]


def declared(chapter: str, folder: Path = HERE) -> list[Declared]:
    """The numbers of a chapter's prose that no cell shows, as its file declares them."""
    path = folder / f"{chapter}.toml"
    rows = tomllib.loads(path.read_text("utf-8")).get("numbers", []) if path.exists() else []
    return [Declared(**row) for row in rows]


def not_shown(claim: Claim, cell: NotebookNode) -> Iterator[str]:
    """What the cell neither shows nor says of what is claimed of it."""
    shown = shown_by(cell)
    for pattern in claim.output:
        if not re.search(pattern, shown, re.MULTILINE):
            yield f"the cell {claim.cell} no longer shows {pattern!r}; it shows:\n{shown}"
    for pattern in claim.source:
        if not re.search(pattern, cell.source, re.MULTILINE):
            yield f"{pattern!r} is not in the source of the cell {claim.cell}"
    patterns = [each for each in (*claim.output, *claim.source) if each not in ANYTHING]
    if not patterns or any(re.search(pattern, "") for pattern in patterns):
        yield f"{claim.id} says nothing that could be false"


def unclaimed(required: Iterable[str], made: Iterable[Claim]) -> set[str]:
    """The ids that no claim has."""
    return set(required) - {claim.id for claim in made}


def lack_of(need: str) -> str:
    """Why a claim that needs this can't be shown here; empty if it can."""
    if need not in ("docker", "compose", "mariadb"):
        raise ValueError(f'a claim needs "docker", "compose" or "mariadb", and not {need!r}')
    if need == "mariadb":
        return "" if installed_version() else MISSING
    try:
        find_engine()
    except PostgresError as error:
        return str(error)
    commands = (["docker", "compose", "version"], ["docker-compose", "version"])
    if need == "docker" or any(map(_works, commands)):
        return ""
    return "neither docker compose nor docker-compose is here: install Compose"


def _works(command: list[str]) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
