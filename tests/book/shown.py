"""What a cell showed when it ran: its text, and the pictures for those who can't see them."""

import re
from collections.abc import Iterable, Iterator

from bs4 import BeautifulSoup, Tag
from nbformat import NotebookNode

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
MEASURED = re.compile(r'(<svg role="img" aria-label="[^"]*") data-measured.*?</svg>', re.DOTALL)
SHORTEST_DESCRIPTION = 30  # characters, of a picture


def text_of(cell: NotebookNode) -> str:
    """What the cell printed or showed as text, without colours."""
    texts = [
        output.text
        if output.output_type == "stream"
        else output.get("data", {}).get("text/plain", "")
        for output in cell.outputs
    ]
    return COLOUR.sub("", "\n".join(texts))


def shown_by(cell: NotebookNode) -> str:
    """What the cell printed, and the words of what it shows as HTML and Markdown.

    Of a picture these are its description alone: its text is a soup of coordinates.
    """
    data = [output.get("data", {}) for output in cell.outputs]
    words = [text_of(cell), *(each.get("text/markdown", "") for each in data)]
    for each in data:
        html = BeautifulSoup(each.get("text/html", ""), "html.parser")
        words += [description(picture) for picture in pictures(html)]
        for drawing in html.find_all(["svg", "style", "script"]):
            drawing.decompose()
        words.append(html.get_text(" "))
    return "\n".join(filter(None, words))


def all_of(cell: NotebookNode) -> str:
    """All that stands on the page, pictures with all their strokes.

    Of a picture that was measured in the build, it is the description alone.
    """
    data = [output.get("data", {}) for output in cell.outputs]
    return "\n".join([text_of(cell), *(MEASURED.sub(r"\1", str(sorted(e.items()))) for e in data)])


def pictures(html: BeautifulSoup) -> list[Tag]:
    return html.find_all(["svg", "img"])


def description(picture: Tag) -> str:
    """What a picture says to those who can't see it."""
    return str(picture.get("aria-label") or picture.get("alt") or "")


def badly_pictured(cells: Iterable[NotebookNode]) -> Iterator[str]:
    """Pictures that have no description or can't follow the page's theme; that there is none."""
    data = [output.get("data", {}) for cell in cells for output in cell.outputs]
    html = BeautifulSoup("".join(each.get("text/html", "") for each in data), "html.parser")
    found = [description(picture) for picture in pictures(html)]
    if not found:
        yield "it has no picture"
    for text in found:
        if len(text) < SHORTEST_DESCRIPTION:
            yield f"a picture is described as {text!r}"
    if any("image/png" in each for each in data):
        yield "a picture is not shown by nomocks.authoring.figures, and stays light in the dark"
