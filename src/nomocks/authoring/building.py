"""Build the book: run what changed, make the pages, and say what was done."""

import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path

from nomocks.authoring.failures import BuildFailed
from nomocks.authoring.forking import warm_up
from nomocks.mariadb import MISSING, installed_version
from nomocks.postgres import get_server

INPUTS = (
    "_config.yml",
    "_toc.yml",
    "requirements.lock",
    "book/**/*",
    "src/**/*",
    "benchmarks/**/*",
    "tests/shop/**/*.py",  # chapter 05 counts in it
    ".github/workflows/*.yml",  # chapter 14 runs one
    "solutions/capstone/*",  # its page counts the bugs
    "tests/sheet/suite/*",  # the cheat sheet
)
RECORD = Path("_build", "book.json")  # what the last build made, and from which inputs


@dataclass(frozen=True)
class BookBuild:
    """What a build did; ``str`` gives the summary that ends it."""

    tests: dict[str, int]  # of each chapter
    run: list[str]  # the chapters that were run, not taken from the cache
    postgres: str
    seconds: float
    index: Path

    def __str__(self) -> str:
        chapters = f"{len(self.tests)} chapter{'' if len(self.tests) == 1 else 's'}"
        done = f"run now: {', '.join(self.run)}" if self.run else "no notebook had to run again"
        return "\n".join(
            (
                f"{chapters}, {sum(self.tests.values())} tests ({done})",
                self.postgres,
                f"{self.seconds:.1f} s",
                str(self.index),
            )
        )


def build(root: Path, record: bool = False) -> BookBuild:
    """Run the chapters that changed and build the HTML book below ``root/_build``.

    With ``record``, what cells show that need a MariaDB is written to ``book/recorded``.
    Raises BookFailed when a cell does not do what it states, and PagesFailed when Sphinx warns.
    """
    started = time.perf_counter()
    if record and not installed_version():
        raise BuildFailed(MISSING)
    postgres = str(get_server())
    inputs = digest(root, postgres)
    tests = None if record else _built_before(root, inputs)
    run: list[str] = []
    if tests is None:
        warm_up()
        # Sphinx and the kernels take a second to import, which a build with no change can save.
        from nomocks.authoring.pages import make_book

        tests, run = make_book(root, postgres, record)
        inputs = digest(root, postgres)  # what was recorded is one of them
        (root / RECORD).write_text(json.dumps({"inputs": inputs, "tests": tests}), "utf-8")
    index = root / "_build" / "html" / "index.html"
    return BookBuild(tests, run, postgres, time.perf_counter() - started, index)


def digest(root: Path, postgres: str) -> str:
    """Of all files that a page can depend on, and of the servers."""
    total = hashlib.sha256(f"{postgres}\n{installed_version()}".encode())
    for path in sorted(path for pattern in INPUTS for path in root.glob(pattern)):
        if path.is_file() and "__pycache__" not in path.parts:
            total.update(path.relative_to(root).as_posix().encode())
            total.update(path.read_bytes())
    return total.hexdigest()


def _built_before(root: Path, inputs: str) -> dict[str, int] | None:
    record = root / RECORD
    if not record.exists() or not (root / "_build" / "html" / "index.html").exists():
        return None
    before = json.loads(record.read_text("utf-8"))
    return before["tests"] if before["inputs"] == inputs else None
