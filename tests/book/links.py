"""The links of a page's source: inside the repository they hold, and out of it lead few."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from .page import Page, read_page

OF_THE_REPOSITORY = re.compile(
    r"(?:book|src|tests|exercises|solutions|benchmarks|notebooks|binder|\.github)/[\w./*-]*\w"
)


def broken(page: Page, root: Path) -> Iterator[str]:
    """Links and file names that lead nowhere, and links to other hosts where none belong."""
    for block in page.blocks:
        for link in block.links:
            where = f"line {block.line}: {link}"
            target = urlsplit(link)
            if target.scheme or target.netloc:
                if target.scheme != "https":
                    yield f"{where} is not https"
                if block.part != "References":
                    yield f"{where} leads out of the book, and does not stand in References"
            elif not _holds(page.path, unquote(target.path), unquote(target.fragment)):
                yield f"{where} leads nowhere"
        for code in block.codes:
            if OF_THE_REPOSITORY.fullmatch(code) and not list(root.glob(code)):
                yield f"line {block.line}: there is no file {code}"


def _holds(page: Path, path: str, fragment: str) -> bool:
    target = (page.parent / path).resolve() if path else page
    if not target.exists():
        return False
    return not fragment or target.suffix != ".md" or fragment in anchors(target)


@cache
def anchors(path: Path) -> set[str]:
    """The targets that a page has: its headings, as Sphinx names them, and ``(name)=`` labels."""
    headings = (block.text for block in read_page(path).blocks if block.kind == "heading")
    slugs = {re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-") for heading in headings}
    return slugs | set(re.findall(r"^\(([\w-]+)\)=$", path.read_text("utf-8"), re.M))
