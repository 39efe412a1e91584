"""A page of the book as its source says it: headings, prose, boxes, links, cells."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import yaml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

PARSER = create_md_parser(
    MdParserConfig(enable_extensions={"colon_fence", "deflist", "substitution"}), RendererHTML
)
NOT_PROSE = {"literalinclude", "tableofcontents", "code-block", "code", "math", "mermaid"}
HIDDEN = {"hide-input", "hide-cell", "remove-input", "remove-cell"}
CODE = "…"  # stands in prose for what is set as code
ENDING = ("Your turn", "Quiz", "With an AI assistant", "What you can now do", "References")


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph, an item, a box, a fence; ``part`` is the heading of level 2 above."""

    kind: str
    line: int
    text: str
    part: str
    level: int = 0
    within: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cell:
    """A code cell, with its options."""

    line: int
    source: str
    part: str
    name: str = ""
    tags: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()  # on the fold, closed and open

    @property
    def hidden(self) -> bool:
        return not HIDDEN.isdisjoint(self.tags)

    @cached_property
    def python(self) -> str:
        """Without magics, each in its line."""
        lines = self.source.splitlines()
        return "\n".join("" if line.startswith(("%", "!")) else line for line in lines)


@dataclass
class Page:
    """What a file of the book or an exercise holds, in its order."""

    path: Path
    meta: dict[str, object] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)

    @property
    def prose(self) -> list[Block]:
        return [block for block in self.blocks if block.kind not in ("box", "fence")]

    def part(self, title: str) -> list[Block]:
        return [block for block in self.blocks if block.part == title]

    def headings(self, level: int) -> list[Block]:
        return [one for one in self.blocks if one.kind == "heading" and one.level == level]


def read_page(path: Path) -> Page:
    page = Page(path)
    _Reader(page).read(path.read_text("utf-8"), 1, ())
    return page


@dataclass
class _Reader:
    page: Page
    part: str = ""

    def read(self, text: str, first: int, within: tuple[str, ...]) -> None:
        """Read a text whose first line has that number, inside those boxes."""
        opened: list[str] = []
        level = 0
        for token in PARSER.parse(text):
            line = first + (token.map or [0])[0]
            if token.type == "front_matter":
                self.page.meta = yaml.safe_load(token.content)
            elif token.type == "heading_open":
                level = int(token.tag[1])
            elif token.type in ("fence", "colon_fence"):
                self._fence(token, line, (*within, *opened))
            elif token.type == "inline":
                self._inline(token, line, (*within, *opened), level)
                level = 0
            elif token.type in ("list_item_open", "blockquote_open", "table_open"):
                opened.append(token.type.removesuffix("_open"))
            elif token.type in ("list_item_close", "blockquote_close", "table_close"):
                opened.pop()

    def _inline(self, token: Token, line: int, within: tuple[str, ...], level: int) -> None:
        texts, codes, links = [], [], []
        for child in token.children or []:
            if child.type in ("text", "image"):
                texts.append(child.content)
            elif child.type in ("softbreak", "hardbreak"):
                texts.append(" ")
            elif child.type in ("code_inline", "myst_role"):
                texts.append(CODE)
                codes.append(child.content)
            if child.type in ("link_open", "image"):
                links.append(str(child.attrs.get("href") or child.attrs.get("src")))
        text = "".join(texts).strip()
        if level == 2:
            self.part = text
        kind = "heading" if level else "text"
        self._add(kind, line, text, level, within, tuple(codes), tuple(links))

    def _fence(self, token: Token, line: int, within: tuple[str, ...]) -> None:
        found = re.match(r"\{([\w:-]+)\}\s*(.*)", token.info)
        name, title = (found[1], found[2]) if found else ("", token.info)
        options, body, skipped = _options(token.content)
        if name == "code-cell":
            tags = tuple(options.get("tags", ()))
            name_of_cell = str(options.get("name", ""))
            prompts = tuple(dict(options.get("mystnb") or {}).values())
            source = body.strip("\n")
            cell = Cell(line, source, self.part, name_of_cell, tags, prompts)
            self.page.cells.append(cell)
            self._add("fence", line, name, within=within)
        elif not name or name in NOT_PROSE:
            self._add("fence", line, name or title, within=within)
        else:
            self._add("box", line, name, within=within)
            if title and name != "grid":
                self.read(title, line, (*within, name, "title"))
            self.read(body, line + 1 + skipped, (*within, name))

    def _add(
        self,
        kind: str,
        line: int,
        text: str,
        level: int = 0,
        within: tuple[str, ...] = (),
        codes: tuple[str, ...] = (),
        links: tuple[str, ...] = (),
    ) -> None:
        block = Block(kind, line, text, self.part, level, within, codes, links)
        self.page.blocks.append(block)


def _options(content: str) -> tuple[dict[str, object], str, int]:
    """The options of a fence, what follows them, and how many lines they take."""
    lines = content.splitlines(keepends=True)
    if lines and lines[0].strip() == "---":
        end = next((n for n, line in enumerate(lines[1:], 1) if line.strip() == "---"), 0)
        return yaml.safe_load("".join(lines[1:end])) or {}, "".join(lines[end + 1 :]), end + 1
    taken = list(_short_options(lines))
    options = {name: yaml.safe_load(value) for name, value in taken}
    return options, "".join(lines[len(taken) :]), len(taken)


def _short_options(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        found = re.match(r":([\w-]+):\s*(.*)$", line)
        if not found:
            return
        yield found[1], found[2]
