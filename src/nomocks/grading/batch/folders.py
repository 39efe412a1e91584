"""A folder that may hold anything: walked without following a link, and to an end."""

import contextlib
import os
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from nomocks.grading.batch.entries import Entry, is_known, is_passed_over
from nomocks.grading.inert import one_line
from nomocks.grading.intake import IntakeError, descriptor_of

MOST_STUDENTS = 20_000  # entries of the folder that is pointed at
MOST_ENTRIES = 20_000  # in one of its folders, at all levels: a student can't use up another's
DEEPEST = 10  # folders within each other, below the one that is pointed at
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NONBLOCK


def names(folder: Path, below: str = "") -> list[str]:
    """What is in a folder and not hidden, in order; nothing, if it is a file or a link below.

    Raises IntakeError if it can't be told.
    """
    inner = folder / below
    if below and (inner.is_symlink() or not inner.is_dir()):
        return []
    return sorted(item.name for item in _items(inner))


def walk(folder: Path) -> list[Entry]:
    """What lies in a folder, and the known files below. Raises IntakeError if it can't be read."""
    entries: list[Entry] = []
    for item in sorted(_items(folder), key=lambda item: item.name):
        entry = _entry(folder, (item.name,), item)
        entries.append(entry)
        if entry.is_folder:
            entries += sorted(_below(folder, item.name), key=lambda one: one.parts)
    return entries


def _items(folder: Path) -> list[os.DirEntry[str]]:
    found = []
    try:
        with os.scandir(folder) as items:
            for item in items:
                if not is_passed_over(item.name):
                    found.append(item)
                if len(found) > MOST_STUDENTS:
                    raise IntakeError(
                        f"{one_line(str(folder))} has more than {MOST_STUDENTS} entries: point "
                        "at the folder that holds the submissions alone."
                    )
    except OSError as error:
        raise IntakeError(
            f"{one_line(str(folder))} can't be read ({error.strerror}): check its name, and who "
            "may read it."
        ) from None
    return found


def _below(root: Path, top: str) -> list[Entry]:
    """Level by level. What is too much is one problem, not a part that chance chooses."""
    entries: list[Entry] = []
    waiting: deque[tuple[str, ...]] = deque([(top,)])
    seen = 0
    while waiting:
        within = waiting.popleft()
        try:
            with _opened(root, within) as folder, os.scandir(folder) as items:
                for item in items:
                    seen += 1
                    if seen > MOST_ENTRIES:
                        problem = f"holds more than {MOST_ENTRIES} files"
                        return [Entry((top,), root / top, problem=problem)]
                    parts = (*within, item.name)
                    if is_passed_over(item.name):
                        continue
                    entry = _entry(root, parts, item)
                    if entry.is_folder and len(parts) < DEEPEST:
                        waiting.append(parts)
                    elif entry.is_folder:
                        problem = f"is more than {DEEPEST - 1} folders deep"
                        entries.append(replace(entry, problem=problem, is_folder=False))
                    elif is_known(parts) or item.is_symlink():
                        entries.append(entry)
        except OSError as error:
            entries.append(Entry(within, root / top, problem=f"can't be read ({error.strerror})"))
    return entries


def _entry(root: Path, parts: tuple[str, ...], item: os.DirEntry[str]) -> Entry:
    path = root.joinpath(*parts)
    if item.is_symlink():
        return Entry(parts, path, problem="is a link, which is not followed")
    if item.is_dir(follow_symlinks=False):
        return Entry(parts, path, is_folder=True)
    if not item.is_file(follow_symlinks=False):
        return Entry(parts, path, problem="is no regular file")
    return Entry(parts, path, descriptor=partial(_descriptor, root, parts))


def _descriptor(root: Path, parts: tuple[str, ...]) -> int:
    try:
        with _opened(root, parts[:-1]) as folder:
            return descriptor_of(parts[-1], folder, follow=False)
    except OSError as error:
        raise IntakeError(
            f"{one_line('/'.join(parts))} can't be read ({error.strerror}): check who may read it."
        ) from None


@contextlib.contextmanager
def _opened(root: Path, parts: tuple[str, ...]) -> Iterator[int]:
    """A folder below the root, reached through no link: only the root's own name may hold one."""
    folder = os.open(root, _FOLDER)
    try:
        for part in parts:
            inner = os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = inner
        yield folder
    finally:
        os.close(folder)
