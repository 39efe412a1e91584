"""The chapters of the book: which there are, and their text as notebooks."""

import copy
import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml
from jupyter_cache.cache.main import JupyterCacheBase
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from nbformat import NotebookNode

from nomocks.authoring import recorded
from nomocks.authoring.failures import BuildFailed

DEPENDENCIES = ("src/**/*.py", "src/**/*.ini", "requirements.lock")


@dataclass(frozen=True)
class Chapter:
    """A text notebook of the book."""

    root: Path
    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(self.root).as_posix()

    def notebook(self) -> NotebookNode:
        """A copy of one's own of the text as a notebook."""
        return copy.deepcopy(self._read)

    @cached_property
    def _read(self) -> NotebookNode:
        """Read as the book's builder reads it, so that both find the same entry of the cache."""
        text = self.path.read_text("utf-8")
        notebook: NotebookNode = read_myst_markdown_notebook(
            text, add_source_map=True, path=self.path
        )
        return notebook

    def digest(self) -> str:
        """Of the code cells alone, as the cache computes it."""
        # The method uses nothing of its cache, so none need exist yet.
        _, digest = JupyterCacheBase.create_hashed_notebook(None, self.notebook())
        return str(digest)

    def reads(self) -> list[Path]:
        """Data files that the chapter says its cells read (``reads`` in its front matter).

        A name may be a pattern, as ``tests/shop/**/*.py``. Raises BuildFailed when there is no such
        file.
        """
        paths: list[Path] = []
        for name in self.notebook().metadata.get("reads", []):
            found = sorted(path for path in self.root.glob(name) if path.is_file())
            if not found:
                raise BuildFailed(
                    f"{self.name} reads {name}, which does not exist: "
                    "make it (`make bench`), or correct `reads` in the chapter's front matter."
                )
            paths += found
        return paths


def chapters(root: Path) -> list[Chapter]:
    """Every page of the table of contents that has cells, in the reader's order.

    Raises BuildFailed when a file of the book is not in it.
    """
    toc = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
    pages = [toc["root"], *_files(toc)]
    paths = [root / f"{page}.md" for page in pages]
    for stray in sorted({*root.glob("book/*.md")} - {*paths}):
        raise BuildFailed(
            f"{stray.relative_to(root)} is not in _toc.yml: add it there, or remove the file."
        )
    return [
        Chapter(root, path)
        for path in paths
        if path.exists() and is_myst_markdown_notebook(path.read_text("utf-8"))
    ]


def _files(node: object) -> list[str]:
    if isinstance(node, list):
        return [page for child in node for page in _files(child)]
    if not isinstance(node, dict):
        return []
    own = [node["file"]] if "file" in node else []
    return own + [page for child in node.values() for page in _files(child)]


def fingerprint(chapter: Chapter, postgres: str) -> str:
    """A digest of all that the chapter's outputs depend on.

    That is its code cells, the packages of this repository, the lock file, the data files that it
    reads, and the servers: a change of any runs the chapter again, a change of prose does not.
    """
    servers = f"{postgres}\n{recorded.depends(chapter.path, chapter.notebook())}"
    digest = hashlib.sha256(f"{chapter.digest()}\n{servers}\n".encode())
    for path in [*sources(chapter.root), *chapter.reads()]:
        digest.update(path.relative_to(chapter.root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def sources(root: Path) -> list[Path]:
    """The files of the repository that every chapter depends on."""
    return sorted(path for pattern in DEPENDENCIES for path in root.glob(pattern))
