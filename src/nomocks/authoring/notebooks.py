"""Chapters as notebooks: ``book/*.md`` -> ``notebooks/*.ipynb``, readable where MyST is unknown."""

import re
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from nomocks.authoring.converting import as_text, to_notebook, write_or_compare

_KERNEL = re.compile(r"\A---\n.*?^kernelspec:.*?^---$", re.M | re.S)
_DIRECTIVE = re.compile(
    r"^(?P<fence>:{3,}|`{3,})\{(?P<name>[\w:-]+)\}[ \t]*(?P<argument>[^\n]*)\n"
    r"(?P<body>.*?)^(?P=fence)[ \t]*$",
    re.M | re.S,
)
_OPTION = re.compile(r"\A(?:---\n.*?^---\n|(?::[\w-]+:[^\n]*\n)+)\n*", re.M | re.S)
_LABEL = re.compile(r"^\([\w:.-]+\)=\n", re.M)
_TITLED_ROLE = re.compile(r"\{(?:doc|ref|numref|term|download)\}`([^<`]+?)\s*<([^>`]+)>`")
_ROLE = re.compile(r"\{[\w:-]+\}(`+)(.+?)\1")
_LINK = re.compile(r"(?P<head>!?\[[^\]\n]*\]\()(?P<target>[^)\s#]*)(?P<rest>[^)\n]*\))")
_CONTENTS = re.compile(r"^```\{tableofcontents\}\n```$", re.M)
_IMAGES = ("image", "figure")
_GRIDS = ("grid", "tab-set")  # their argument is a number of columns
# What the book folds, JupyterLab folds too: by metadata of its own.
_FOLDED = {
    "hide-input": ("source_hidden",),
    "hide-output": ("outputs_hidden",),
    "hide-cell": ("source_hidden", "outputs_hidden"),
}


@dataclass(frozen=True)
class Difference:
    """A generated file, and how it differed from its source."""

    path: Path
    what: str  # "differs" or "has no source"


def write_notebooks(root: Path, compare: bool = False) -> list[Difference]:
    """Write the notebook of every chapter; the files that differed before.

    ``root`` holds ``book/`` and ``notebooks/``. With ``compare`` nothing is written.
    """
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(root.glob("book/*.md"))}
    chapters = {path: text for path, text in texts.items() if _KERNEL.match(text)}
    names = {path.name for path in chapters}
    found = []
    written = set()
    for path, text in chapters.items():
        target = root / "notebooks" / f"{path.stem}.ipynb"
        written.add(target)
        if not write_or_compare(target, chapter_notebook(text, path.stem, names), compare):
            found.append(Difference(target, "differs"))
    for stray in sorted({*root.glob("notebooks/*.ipynb")} - written):
        found.append(Difference(stray, "has no source"))
        if not compare:
            stray.unlink()
    return found


def chapter_notebook(text: str, name: str, chapters: set[str]) -> str:
    """The notebook's content. ``chapters`` are the files that become notebooks as well."""
    notebook = to_notebook(text)
    contents = "\n".join(f"- [{chapter}]({chapter}.md)" for chapter in _others(chapters, name))
    for cell in notebook.cells:
        _fold(cell)
        if cell.cell_type == "markdown":
            cell.source = _CONTENTS.sub(contents, cell.source)
            cell.source = plain_markdown(cell.source, chapters)
    return as_text(notebook, name)


def _others(chapters: set[str], name: str) -> list[str]:
    return sorted(
        stem for stem in (chapter.removesuffix(".md") for chapter in chapters) if stem != name
    )


def _fold(cell: NotebookNode) -> None:
    for tag in cell.metadata.get("tags", []):
        for part in _FOLDED.get(tag, ()):
            cell.metadata.setdefault("jupyter", {})[part] = True


def plain_markdown(text: str, chapters: set[str]) -> str:
    """MyST as the Markdown that JupyterLab shows: directives as quotes and images, roles as code.

    A link to another chapter leads to its notebook, any other file is looked for in ``book/``.
    """
    text = _LABEL.sub("", text)
    text = _DIRECTIVE.sub(_directive, text)
    text = _TITLED_ROLE.sub(r"[\1](\2)", text)
    text = _ROLE.sub(r"\1\2\1", text)
    return _LINK.sub(lambda link: _relink(link, chapters), text)


def _directive(found: re.Match[str]) -> str:
    name, argument = found["name"], found["argument"].strip()
    body = _OPTION.sub("", found["body"]).strip("\n")
    if name in _IMAGES:
        caption = " ".join(body.split())
        return f"![{caption}]({argument})" + (f"\n\n*{caption}*" if caption else "")
    if name in ("code-block", "code", "sourcecode"):
        return f"```{argument}\n{body}\n```"
    if name == "math":
        return f"$$\n{body}\n$$"
    if name == "literalinclude":
        return f"[{argument}]({argument})"
    body = _DIRECTIVE.sub(_directive, body)
    if name in _GRIDS:
        return body
    title = argument or name.replace("-", " ").capitalize()
    if name == "dropdown":
        return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"
    return "\n".join(f"> {line}".rstrip() for line in [f"**{title}**", "", *body.split("\n")])


def _relink(link: re.Match[str], chapters: set[str]) -> str:
    target = link["target"]
    if not target or re.match(r"[a-z]+:|/", target):
        return link[0]
    if target in chapters or f"{target}.md" in chapters:
        target = f"{target.removesuffix('.md')}.ipynb"
    else:
        target = f"../book/{target}".replace("../book/../", "../")
    return f"{link['head']}{target}{link['rest']}"
