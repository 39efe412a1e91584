"""Figures that follow the page's theme: SVG inside the page, drawn in the colour of its text."""

import io
import re
from html import escape

import matplotlib as mpl
from IPython.display import HTML
from matplotlib.figure import Figure

INK = "#010101"  # what is drawn in this colour takes the colour of the text around it
STYLE: dict[str, object] = {
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "font.family": "sans-serif",
    "legend.frameon": False,
    "savefig.facecolor": "none",
    "svg.fonttype": "none",
    "svg.hashsalt": "nomocks",
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


def styled() -> None:
    """Let matplotlib draw in the style of the book from here on."""
    mpl.rcParams.update(STYLE)  # type: ignore[arg-type]  # it knows each key by name


def as_html(figure: Figure, description: str, *, measured: bool = False) -> HTML:
    """The figure as inline SVG that scales to the page; ``description`` is for those who can't see.

    The same figure gives the same text at every build. One that shows what was ``measured`` in the
    build says so, for whoever compares two builds: its description alone is the same in both.
    """
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", bbox_inches="tight", metadata={"Date": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :].replace(INK, "currentColor")
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*" height="[^"]*"', r"\1", svg, count=1)
    tag = f'<svg role="img" aria-label="{escape(description)}"'
    return HTML(svg.replace("<svg", f"{tag} data-measured" if measured else tag, 1))
