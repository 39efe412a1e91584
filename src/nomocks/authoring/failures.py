"""Why a book was not built."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ChapterFailure:
    """A cell that did not do what it states."""

    chapter: str
    line: int
    source: str
    report: str

    def __str__(self) -> str:
        cell = "\n".join(f"    {line}" for line in self.source.splitlines())
        return f"{self.chapter}, the cell at line {self.line}:\n\n{cell}\n\n{self.report.strip()}"


class BuildFailed(Exception):
    """The book can't be built; the text says why, in full."""


class BookFailed(BuildFailed):
    """Some chapters failed; ``failures`` holds one entry for each."""

    def __init__(self, failures: list[ChapterFailure]) -> None:
        super().__init__("\n\n".join(map(str, failures)))
        self.failures = failures


class PagesFailed(BuildFailed):
    """Sphinx refused the pages; the text is what it said."""
