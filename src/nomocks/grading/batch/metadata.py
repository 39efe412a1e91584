"""Gradescope's table of whose each folder is, read without building what it describes.

``submission_metadata.yml`` says ``submission_123: {":submitters": [{":name", ":sid", ":email"}]}``.
To load a hostile one would take PyYAML beyond the stack (deep nesting) or the memory (merged
aliases), so that its events are read one by one, to a fixed depth.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

NAME = "submission_metadata.yml"
DEEPEST = 50
_PARTS = (":name", ":sid", ":email")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a hundred times faster, where it is there
_STARTS = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_ENDS = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
_NOTHING = ("", "~", "null")


@dataclass
class _Level:
    """A mapping or a sequence that is being read; ``key`` is where in it, None before a key."""

    is_mapping: bool
    key: str | None = None
    item: int = 0

    def done(self, text: str) -> None:
        """Go on behind a key or a value."""
        if not self.is_mapping:
            self.item += 1
            self.key = str(self.item)
        else:
            self.key = text if self.key is None else None


def people(content: bytes) -> dict[str, list[dict[str, str]]]:
    """Of each folder, its submitters, by those parts of each. Empty if it can't be read."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    try:
        for (folder, key, number, part), text in _scalars(content):
            if key == ":submitters" and part in _PARTS:
                found.setdefault(folder, {}).setdefault(number, {})[part] = text
    except (yaml.YAMLError, ValueError):
        return {}
    return {folder: list(numbered.values()) for folder, numbered in found.items()}


def _scalars(content: bytes) -> Iterator[tuple[tuple[str, str, str, str], str]]:
    """The values that lie four levels deep, with the keys that lead to them."""
    levels: list[_Level] = []
    for event in yaml.parse(content, _LOADER):
        if isinstance(event, _STARTS):
            is_mapping = isinstance(event, yaml.MappingStartEvent)
            levels.append(_Level(is_mapping, None if is_mapping else "0"))
            if len(levels) > DEEPEST:
                raise ValueError("it is nested too deeply")
        elif isinstance(event, _ENDS):
            levels.pop()
            if levels:
                levels[-1].done("")
        elif levels and isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
            text = event.value if isinstance(event, yaml.ScalarEvent) else ""
            match [level.key for level in levels]:
                case [str(folder), str(key), str(number), str(part)] if text not in _NOTHING:
                    yield (folder, key, number, part), text
            levels[-1].done(text)
